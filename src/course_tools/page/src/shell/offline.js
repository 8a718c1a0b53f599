// Pages opened from a folder need no worker, and browsers allow none there.
const own = document.currentScript;

export function startOffline() {
  if (!("serviceWorker" in navigator) || !location.protocol.startsWith("http")) return;
  addEventListener("load", () => {
    navigator.serviceWorker.register(new URL("../worker.js", own.src)).catch(() => {
      // Private windows and plain http on a network refuse it; the book then simply needs its network.
    });
  });
}
