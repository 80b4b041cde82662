// The worker, the way onto the start screen, and which browser this is.

import { zh } from "./dom.js";

/* Chinese chats open links in a browser of their own, which keeps little. */
export const inWeChat = /MicroMessenger/i.test(navigator.userAgent);
export const onApple = /iPhone|iPad|iPod/.test(navigator.userAgent);
export const installed = () => matchMedia("(display-mode: standalone)").matches || navigator.standalone === true;
/* Whether this browser can keep anything at all. */
export const able = () => isSecureContext && "indexedDB" in self && Boolean(crypto.subtle);

let prompt = null;

/* The browser's own offer is held back, to be made in the settings when the person asks for it. */
export function offerLater() {
  addEventListener("beforeinstallprompt", (event) => {
    event.preventDefault();
    prompt = event;
  });
}

/* Whether the browser would put the app on the start screen if asked. */
export const canInstall = () => Boolean(prompt);

export async function install() {
  const asked = prompt;
  prompt = null;
  await asked?.prompt();
  return (await asked?.userChoice)?.outcome === "accepted";
}

/* The worker, told in which language this page is. Null where there is none. */
export async function register() {
  if (!navigator.serviceWorker) return null;
  try {
    const worker = await navigator.serviceWorker.register("/field/sw.js", { scope: "/field", updateViaCache: "none" });
    speak(worker, zh ? "zh" : "en");
    return worker;
  } catch {
    return null; // no room, or a browser that forbids it: everything works while there is a network
  }
}

/* The language in which the app opens without a network. */
export function speak(worker, lang) {
  for (const one of [worker?.installing, worker?.waiting, worker?.active]) one?.postMessage({ do: "language", lang });
}

/*
 * A new build waits until `quiet()` says that nothing is on its way and no form is open; then it takes over, and
 * the page is loaded anew as soon as that may be.
 */
export function renew(worker, quiet) {
  if (!worker) return () => null;
  let changed = false;
  let first = !navigator.serviceWorker.controller;
  const look = () => {
    if (!quiet()) return;
    if (changed) location.reload();
    else if (worker.waiting && navigator.serviceWorker.controller) worker.waiting.postMessage({ do: "take-over" });
  };
  navigator.serviceWorker.addEventListener("controllerchange", () => {
    // The very first worker takes over a page of its own build.
    if (first) return (first = false);
    changed = true;
    look();
  });
  worker.addEventListener("updatefound", () => {
    worker.installing?.addEventListener("statechange", look);
  });
  look();
  return look;
}
