// A box that scrolls must be reachable by keyboard and have a name; one that fits must not stop the Tab key.
const BOXES = ".se-scroll:not([tabindex]), .se-text pre, .cell_output";

function nameOf(box) {
  if (box.dataset.seName) return box.dataset.seName;
  const caption = box.querySelector("caption");
  if (caption) return caption.textContent.trim();
  if (box.querySelector("table")) return "Table";
  return box.matches("pre") ? "Code" : "Output";
}

function settle(box) {
  const sideways = box.scrollWidth > box.clientWidth + 1;
  const scrolls = sideways || (box.matches("pre") && box.scrollHeight > box.clientHeight + 1);
  if (scrolls === box.hasAttribute("tabindex")) return;
  if (scrolls) {
    box.tabIndex = 0;
    box.setAttribute("role", "group");
    box.setAttribute("aria-label", `${nameOf(box)}, scrolls${sideways ? " sideways" : ""}`);
  } else {
    for (const name of ["tabindex", "role", "aria-label"]) box.removeAttribute(name);
  }
}

export function startScrollBoxes() {
  const watch = new ResizeObserver((entries) => entries.forEach((entry) => settle(entry.target)));
  document.querySelectorAll(BOXES).forEach((box) => watch.observe(box));
}
