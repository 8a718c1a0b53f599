export function unseal(form) {
  const code = JSON.parse(form.querySelector(".se-sealed").textContent);
  return JSON.parse(new TextDecoder().decode(Uint8Array.from(atob(code), (letter) => letter.charCodeAt(0))));
}

export function make(tag, text, css) {
  const node = document.createElement(tag);
  node.textContent = text;
  if (css) node.className = css;
  return node;
}

// The verdict in words with its sign, then paragraphs that Sphinx rendered at build time.
export function tell(status, outcome, html) {
  const signs = { right: "✓ Right.", wrong: "✗ Not yet.", part: "± Partly right.", ask: "" };
  status.dataset.outcome = outcome;
  status.replaceChildren();
  if (signs[outcome]) status.append(make("p", signs[outcome], "se-outcome-word"));
  for (const part of html) {
    const block = document.createElement("div");
    block.innerHTML = part;
    status.append(block);
  }
}
