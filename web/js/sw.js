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
  event.respondWith(url.pathname.includes("/_web/") ? first(request, (work) => event.waitUntil(work)) : newest(request));
});

/** From what is kept, else from the network. @param {Request} request @param {(work: Promise<any>) => void} waitUntil */
async function first(request, waitUntil) {
  const found = await caches.match(request);
  if (found) return found;
  const response = await fetch(request);
  if (response.ok && response.body) {
    const isRuntime = request.url.includes("/_web/runtime/");
    const copy = isRuntime ? plain(request, response.clone()) : response.clone();
    const keep = async () => (await caches.open(isRuntime ? "does-it-scale-runtime" : NAME)).put(request, copy);
    waitUntil(keep().catch(() => {})); // Where there is no room, it is fetched again.
  }
  return response;
}

/**
 * The runtime is kept decompressed: a browser then begins Python in half the time, and may keep the
 * code that it compiled with it.
 * @param {Request} request @param {Response} response
 */
function plain(request, response) {
  const body = response.body?.pipeThrough(/** @type {any} */ (new DecompressionStream("gzip")));
  const type = request.url.endsWith(".wasm.gz") ? "application/wasm" : "application/octet-stream";
  return new Response(/** @type {any} */ (body), { headers: { "Content-Type": type, "X-Plain": "yes" } });
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
