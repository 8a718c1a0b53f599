// On a narrow screen the contents open under the header. They trap nobody: Escape closes them, and so does leaving.
export function startContents() {
  const button = document.querySelector(".se-contents-button");
  const panel = document.getElementById("contents");
  if (!button || !panel) return;
  button.hidden = false;

  const show = (open) => {
    button.setAttribute("aria-expanded", String(open));
    panel.classList.toggle("se-open", open);
  };
  const isOpen = () => panel.classList.contains("se-open");

  button.addEventListener("click", () => show(!isOpen()));
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !isOpen()) return;
    show(false);
    button.focus();
  });
  document.addEventListener("focusin", (event) => {
    if (isOpen() && !panel.contains(event.target) && event.target !== button) show(false);
  });
  document.addEventListener("click", (event) => {
    if (isOpen() && !button.contains(event.target) && (!panel.contains(event.target) || event.target.closest("a"))) {
      show(false);
    }
  });

  // Asked now, while the scripts still change the page, it would be laid out twice.
  requestAnimationFrame(() => {
    const current = panel.querySelector('[aria-current="page"]');
    if (current && panel.scrollHeight > panel.clientHeight) {
      panel.scrollTop = current.offsetTop - panel.clientHeight / 3;
    }
  });
}
