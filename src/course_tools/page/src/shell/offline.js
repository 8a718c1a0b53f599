// Pages opened from a folder need no worker, and browsers allow none there.
const own = document.currentScript;

function handOver(registration) {
  const parts = performance.getEntriesByType("resource").map((part) => part.name.split(/[?#]/)[0]);
  registration.active.postMessage({ page: location.href.split(/[?#]/)[0], parts: [...new Set(parts)] });
}

export function startOffline() {
  if (!("serviceWorker" in navigator) || !location.protocol.startsWith("http")) return;
  const first = !navigator.serviceWorker.controller;
  addEventListener("load", async () => {
    try {
      await navigator.serviceWorker.register(new URL("../worker.js", own.src));
      if (first) handOver(await navigator.serviceWorker.ready);
    } catch {
      // Private windows and plain http on a network refuse it; the book then simply needs its network.
    }
  });
}
