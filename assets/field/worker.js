// The worker: keeps one build of the app whole, and opens it without asking any network.
//
// Above this stand VERSION and FILES, each file with its entity tag, as the program wrote them. Nothing personal is
// ever kept here: no answer of the API, no page of the server.

const CACHE = `cunxin-${VERSION}`;
const CHOICE = "cunxin-choice";
const LANGUAGE = "/field/app/language";
const LISTED = new Set(FILES.map(([address]) => address));
/* How long a plain page may take before the app stands in for it. */
const PATIENCE = 15_000;

addEventListener("install", (event) => event.waitUntil(gather()));
addEventListener("activate", (event) => event.waitUntil(settle()));

/* All files, or none: a file of another build means that the server changed meanwhile, and the browser tries later. */
async function gather() {
  const cache = await caches.open(CACHE);
  const get = async ([address, tag]) => {
    const response = await fetch(address, { cache: "no-cache", credentials: "omit" });
    if (!response.ok || response.headers.get("etag") !== tag) throw new Error(`${address} is not of this build`);
    await cache.put(address, response);
  };
  await Promise.all(FILES.map(get));
}

async function settle() {
  for (const name of await caches.keys()) {
    if (name.startsWith("cunxin-") && name !== CACHE && name !== CHOICE) await caches.delete(name);
  }
  await clients.claim();
}

addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  if (request.mode !== "navigate") {
    if (LISTED.has(url.pathname + url.search)) event.respondWith(kept(request));
  } else if (url.pathname === "/field/app") {
    event.respondWith(shell(request));
  } else if (url.pathname.startsWith("/field")) {
    event.respondWith(page(request, url));
  }
});

async function kept(request) {
  const cache = await caches.open(CACHE);
  return (await cache.match(request)) ?? fetch(request);
}

async function shell(request) {
  const choice = await (await caches.open(CHOICE)).match(LANGUAGE);
  const lang = choice ? await choice.text() : "zh";
  const found = await (await caches.open(CACHE)).match(`/field/app?lang=${lang}`);
  return found ?? fetch(request);
}

/* A plain page comes from the server; where there is none, the app says so and leads on. */
async function page(request, url) {
  let timer;
  const enough = new Promise((_, reject) => (timer = setTimeout(reject, PATIENCE)));
  try {
    return await Promise.race([fetch(request), enough]);
  } catch {
    const from = encodeURIComponent(url.pathname + url.search);
    return Response.redirect(`/field/app#/offline?from=${from}`, 302);
  } finally {
    clearTimeout(timer);
  }
}

/* Only a page knows when nothing is on its way and no form is filled: it says when the new build may take over. */
addEventListener("message", ({ data }) => {
  if (data?.do === "take-over") skipWaiting();
  if (data?.do === "language" && ["zh", "en"].includes(data.lang)) {
    caches.open(CHOICE).then((cache) => cache.put(LANGUAGE, new Response(data.lang)));
  }
});

/* Where a browser wakes us when there is a network again: an open page sends. */
addEventListener("sync", (event) => event.waitUntil(wake()));

async function wake() {
  const pages = await clients.matchAll({ type: "window" });
  for (const client of pages) client.postMessage({ do: "send" });
}
