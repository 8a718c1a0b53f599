// A definition opens on hover, focus and tap; it stays while it is pointed at, and Escape closes it.
function place(bubble) {
  bubble.style.translate = "";
  const box = bubble.getBoundingClientRect();
  const room = document.documentElement.clientWidth - 8;
  const shift = box.right > room ? room - box.right : box.left < 8 ? 8 - box.left : 0;
  bubble.style.translate = `${shift}px 0`;
}

function startTerm(term) {
  const link = term.querySelector(".se-term-link");
  const bubble = term.querySelector(".se-definition");
  let openBeforeTap = false;

  function open() {
    bubble.hidden = false;
    place(bubble);
  }
  function close() {
    bubble.hidden = true;
  }

  term.addEventListener("pointerenter", (event) => event.pointerType === "mouse" && open());
  term.addEventListener("pointerleave", (event) => event.pointerType === "mouse" && close());
  link.addEventListener("focus", open);
  link.addEventListener("blur", close);
  term.addEventListener("pointerdown", () => (openBeforeTap = !bubble.hidden));
  link.addEventListener("click", (event) => {
    // The first tap shows the definition, the second follows the link; a mouse has shown it already.
    if (event.pointerType === "touch" && !openBeforeTap) {
      event.preventDefault();
      open();
    }
  });
  document.addEventListener("keydown", (event) => event.key === "Escape" && close());
  document.addEventListener("pointerdown", (event) => !term.contains(event.target) && close());
}

export function startTerms() {
  document.querySelectorAll(".se-term").forEach(startTerm);
}
