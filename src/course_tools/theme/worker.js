const PAGES = "service-encounter-pages";
const ASSETS = `service-encounter-assets-${BUILD.mark}`;

self.addEventListener("install", (event) => {
  const requests = BUILD.assets.map((name) => new Request(name, { cache: "reload" }));
  event.waitUntil(
    caches
      .open(ASSETS)
      .then((cache) => cache.addAll(requests))
      .then(() => self.skipWaiting()),
  );
});

async function dropOldBuilds() {
  for (const name of await caches.keys()) {
    if (name.startsWith("service-encounter-assets-") && name !== ASSETS) await caches.delete(name);
  }
  await self.clients.claim();
}

self.addEventListener("activate", (event) => event.waitUntil(dropOldBuilds()));

// A page comes fresh from the network while there is one, and as last read when there is none.
async function page(request) {
  const cache = await caches.open(PAGES);
  const address = request.url.split(/[?#]/)[0];
  try {
    const answer = await fetch(request);
    if (answer.ok) await cache.put(address, answer.clone());
    return answer;
  } catch (unreachable) {
    const kept = (await cache.match(address)) || (await caches.match(address));
    if (kept) return kept;
    return new Response(
      "<!DOCTYPE html><html lang=en><meta charset=utf-8><title>Not read yet</title>" +
        "<body><h1>No network, and this page was not read before</h1>" +
        "<p>Go back to a chapter that you have opened once, or try again with a network.</p>",
      { status: 503, headers: { "Content-Type": "text/html; charset=utf-8" } },
    );
  }
}

// Scripts, styles and fonts of this build never change, so the kept copy is as good as the network's.
async function asset(request) {
  const cache = await caches.open(ASSETS);
  const kept = await cache.match(request, { ignoreSearch: true });
  if (kept) return kept;
  const answer = await fetch(request);
  if (answer.ok) await cache.put(request.url.split(/[?#]/)[0], answer.clone());
  return answer;
}

async function keepMissing(name, addresses) {
  const cache = await caches.open(name);
  for (const address of addresses) {
    const own = address.startsWith(self.registration.scope);
    if (own && !(await caches.match(address, { ignoreSearch: true }))) await cache.add(address);
  }
}

// The first page of a visit was loaded before there was a worker, so every page says what it consists of.
async function keep({ page, parts }) {
  await keepMissing(ASSETS, parts);
  await keepMissing(PAGES, [page]);
}

self.addEventListener("message", (event) => event.waitUntil(keep(event.data)));

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const own = request.url.startsWith(self.registration.scope);
  if (request.method !== "GET" || !own || request.url.includes("/download/")) return;
  if (request.headers.has("range")) return;
  event.respondWith(request.mode === "navigate" ? page(request) : asset(request));
});
