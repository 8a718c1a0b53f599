// Pages opened from a folder need no worker, and browsers allow none there.
const own = document.currentScript;

/** What the page consists of: all that it loaded, and what its figures will need once they come near. */
function parts() {
  const loaded = performance.getEntriesByType("resource").map((part) => part.name.split(/[?#]/)[0]);
  const live = document.querySelector(".se-figure[data-live]");
  const later = live ? [new URL("figures.js", own.src).href] : [];
  return [...new Set([...loaded, ...later])];
}

export function startOffline() {
  if (!("serviceWorker" in navigator) || !location.protocol.startsWith("http")) return;
  addEventListener("load", async () => {
    try {
      await navigator.serviceWorker.register(new URL("../worker.js", own.src));
      const { active } = await navigator.serviceWorker.ready;
      active.postMessage({ page: location.href.split(/[?#]/)[0], parts: parts() });
    } catch {
      // Private windows and plain http on a network refuse it; the book then simply needs its network.
    }
  });
}
