// One button, three states. The words say what holds now; the choice stays in this browser.
const KEY = "service-encounter.scheme";
const STATES = ["system", "light", "dark"];
const WORDS = { system: "Colours: as the device", light: "Colours: light", dark: "Colours: dark" };

function keep(state) {
  try {
    if (state === "system") localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, state);
  } catch {
    // Storage can be forbidden; the choice then lasts as long as the page.
  }
}

export function startScheme() {
  const button = document.querySelector(".se-scheme");
  if (!button) return;
  const root = document.documentElement;
  const words = button.querySelector(".se-unseen");
  const show = (state) => {
    if (state === "system") delete root.dataset.scheme;
    else root.dataset.scheme = state;
    button.dataset.state = state;
    words.textContent = WORDS[state];
    button.title = WORDS[state];
  };
  button.hidden = false;
  show(root.dataset.scheme || "system");
  button.addEventListener("click", () => {
    const state = STATES[(STATES.indexOf(button.dataset.state) + 1) % STATES.length];
    show(state);
    keep(state);
  });
}
