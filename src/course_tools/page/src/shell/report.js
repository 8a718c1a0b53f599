// On the page for reporting an error, says which page the reader came from; elsewhere, passes it on.
export function startReport() {
  const place = document.querySelector("[data-se-came-from]");
  if (!place) {
    const link = document.querySelector("[data-se-report]");
    if (link && link.href.split("?")[0].endsWith("/report.html")) link.search = new URLSearchParams({ from: location.href });
    return;
  }
  const from = new URLSearchParams(location.search).get("from");
  const site = new URL(".", location.href).href;
  if (!from || !from.startsWith(site)) return;
  const link = place.querySelector("a");
  link.href = from;
  link.textContent = from.slice(site.length) || "the cover";
  place.hidden = false;
}
