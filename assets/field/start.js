// On the plain pages of the field: sees to the app's being on the phone, and offers the way into it.

import { h, t } from "./dom.js";
import { able, register } from "./install.js";
import * as store from "./store.js";

const who = document.querySelector("meta[name=cunxin-user]")?.content;

/* Whose the phone is; asked at once, because a form that is sent does not wait. */
let lastUser = null;

if (able()) {
  register();
  offer();
  document.addEventListener("submit", leaving);
  lastUser = await store.last().catch(() => null);
  // Somebody else is signed in now: what the app shows from here on is theirs.
  if (who && lastUser && lastUser !== who) await store.leave();
}

function offer() {
  const main = document.querySelector("main");
  if (!who || location.pathname !== "/field" || !main) return;
  main.prepend(
    h("p", { class: "notice" }, h("a", { href: "/field/app" }, t("打开手机版：没有网络也能记", "Open the phone app: it records without a network"))),
  );
}

/* Signing out where the phone still holds something: the app asks what is to become of it. */
function leaving(event) {
  if (!event.target.action?.endsWith("/sign-out") || !lastUser) return;
  event.preventDefault();
  location.assign("/field/app#/sign-out");
}
