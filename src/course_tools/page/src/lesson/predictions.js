// A guess is committed before the outcome opens; both then stand side by side.
import { make, tell } from "./dom.js";
import { keep, readRecord } from "./store.js";

function readNumber(input) {
  const value = input.valueAsNumber;
  const { min, max, step } = input;
  if (!input.validity.valid || Number.isNaN(value)) {
    return { problem: `Give a number from ${min} to ${max}, in steps of ${step}.` };
  }
  return { response: value };
}

function readChoice(form) {
  const input = form.querySelector("input:checked");
  return input ? { response: input.value } : { problem: "Choose first." };
}

// The figure after a guess would give it away, so a curtain hangs before it until the reader commits.
function hangCurtain(box) {
  const later = [...document.querySelectorAll(".se-figure")].find(
    (figure) => box.compareDocumentPosition(figure) & Node.DOCUMENT_POSITION_FOLLOWING,
  );
  if (!later || later.closest("section") !== box.closest("section")) return { draw() {}, raise() {} };
  const curtain = make("p", "", "se-curtain");
  const button = make("button", "Raise the curtain without a guess", "se-button se-quiet");
  button.type = "button";
  curtain.append("The next figure shows what came out. Guess first, above. ", button);
  const raise = () => {
    curtain.remove();
    later.hidden = false;
  };
  button.addEventListener("click", () => {
    // The button gives the focus away before it goes, so that a pointer's click draws no frame.
    later.hidden = false;
    later.tabIndex = -1;
    later.focus();
    raise();
  });
  return {
    raise,
    draw() {
      later.before(curtain);
      later.hidden = true;
    },
  };
}

function startPrediction(box) {
  const { prediction: id, kind } = box.dataset;
  const form = box.querySelector("form");
  const entry = form.querySelector("input[type=number]");
  const status = box.querySelector(".se-feedback");
  const guess = box.querySelector(".se-guess");
  const reveal = box.querySelector(".se-reveal");
  const fieldset = form.querySelector("fieldset");
  const actions = form.querySelector(".se-actions");
  const curtain = hangCurtain(box);

  function show(response) {
    const unit = entry ? ` ${entry.dataset.unit}` : "";
    guess.replaceChildren(make("span", "Your guess", "se-kicker"), make("strong", `${response}${unit}`));
    fieldset.disabled = true;
    actions.hidden = true;
    box.dataset.committed = "true";
    reveal.hidden = false;
    reveal.open = true;
    curtain.raise();
  }

  function restore() {
    const own = readRecord().predictions[id];
    if (own) {
      if (entry) entry.value = own.response;
      else form.querySelectorAll("input").forEach((input) => (input.checked = input.value === own.response));
      show(own.response);
      return;
    }
    form.reset();
    fieldset.disabled = false;
    actions.hidden = false;
    delete box.dataset.committed;
    guess.replaceChildren();
    status.replaceChildren();
    reveal.open = false;
    reveal.hidden = true;
    curtain.draw();
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const { response, problem } = kind === "number" ? readNumber(entry) : readChoice(form);
    if (problem) {
      tell(status, "ask", [`<p>${problem}</p>`]);
      return;
    }
    keep("predictions", id, { response });
    show(response);
    tell(status, "ask", ["<p>Committed. What came out stands beside your guess.</p>"]);
    // The button that had the focus is gone: go where the story goes on.
    reveal.querySelector("summary").focus();
  });

  document.addEventListener("se-restore", restore);
  restore();
}

export function startPredictions() {
  document.querySelectorAll(".se-predict").forEach(startPrediction);
}
