// Keeps the site for use without a network. What has a hash in its address is kept for good; pages are
// fetched anew where there is a network. Version and list are written in at build.

const here = /** @type {any} */ (self);
const NAME = `does-it-scale-${VERSION}`;
const scope = () => here.registration.scope;

here.addEventListener("install", (/** @type {any} */ event) => {
  const keep = async () => {
    const cache = await caches.open(NAME);
    await cache.addAll(FILES.map((/** @type {string} */ file) => new URL(file, scope()).href));
    await here.skipWaiting();
  };
  event.waitUntil(keep());
});

here.addEventListener("activate", (/** @type {any} */ event) => {
  const clean = async () => {
    for (const name of await caches.keys()) {
      if (name.startsWith("does-it-scale-") && name !== NAME && name !== "does-it-scale-runtime") await caches.delete(name);
    }
    await here.clients.claim();
  };
  event.waitUntil(clean());
});

here.addEventListener("fetch", (/** @type {any} */ event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || !url.href.startsWith(scope())) return;
  event.respondWith(url.pathname.includes("/_web/") ? first(request) : newest(request));
});

/** From what is kept, else from the network. @param {Request} request */
async function first(request) {
  const found = await caches.match(request);
  if (found) return found;
  const response = await fetch(request);
  if (response.ok) {
    const cache = await caches.open(request.url.includes("/_web/runtime/") ? "does-it-scale-runtime" : NAME);
    cache.put(request, response.clone()).catch(() => {});
  }
  return response;
}

/** From the network, else from what is kept. @param {Request} request */
async function newest(request) {
  try {
    const response = await fetch(request);
    if (response.ok) (await caches.open(NAME)).put(request, response.clone()).catch(() => {});
    return response;
  } catch (error) {
    const url = new URL(request.url);
    const name = url.pathname.endsWith("/") ? `${url.href}index.html` : url.href;
    const found = (await caches.match(request, { ignoreSearch: true })) ?? (await caches.match(name, { ignoreSearch: true }));
    if (found) return found;
    throw error;
  }
}
