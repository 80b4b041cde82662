// The app: who it is for, its pages by their address, the line of the outbox, and the next build.

import { bar } from "./bar.js";
import * as changes from "./changes.js";
import { h, t, zh } from "./dom.js";
import { able, inWeChat, offerLater, register, renew, speak } from "./install.js";
import { forgive, settleDebt } from "./leaving.js";
import * as outbox from "./outbox.js";
import { button, notice } from "./parts.js";
import { find } from "./routes.js";
import * as store from "./store.js";

/* The pack is asked for again when it is older than this and the page is looked at. */
const PACK_AGE = 900_000;
const frame = document.getElementById("view");
const scrolled = new Map();
let shown = null; // {hash, route, leave}
let worker = null;
let look = () => null;
let asked = -Infinity;

offerLater();

const app = { store, outbox, pack: null, user: null, go, again, leave: (work) => shown.leave.push(work), refresh, worker: () => worker };

/* ---- Pages ---- */

function go(hash) {
  if (location.hash === hash) again();
  else location.hash = hash;
}

/* The same page once more, with what is kept now. */
function again() {
  return show(true);
}

async function show(stay = false) {
  const hash = location.hash || "#/";
  if (shown && !stay) scrolled.set(shown.hash, scrollY);
  shown?.leave.forEach((work) => work());
  const found = find(hash);
  const mine = (shown = { hash, route: found?.route, leave: [] });
  let page;
  try {
    page = found ? await found.route.view(app, found.params) : missing();
  } catch (error) {
    console.error(error);
    page = broken(error);
  }
  if (shown !== mine) return; // another page was asked for meanwhile
  frame.replaceChildren(page);
  frame.dataset.shown = hash;
  const heading = frame.querySelector("h1");
  document.title = `${heading?.textContent ?? t("田间", "Field")} - ${t("村信", "Cunxin")}`;
  for (const way of document.querySelectorAll(".main-nav a")) {
    const here = way.hash === "#/" ? hash === "#/" : hash.startsWith(way.hash);
    if (here) way.setAttribute("aria-current", "page");
    else way.removeAttribute("aria-current");
  }
  if (stay) return look();
  scrollTo(0, scrolled.get(hash) ?? 0);
  if (heading && !frame.querySelector("[autofocus], .error-summary")) {
    heading.tabIndex = -1;
    heading.focus({ preventScroll: true });
  }
  look();
}

const missing = () =>
  h("div", null, h("h1", null, t("没有这一页", "No such page")), h("p", null, h("a", { href: "#/" }, t("回到今日", "Back to today"))));

const broken = (error) =>
  h("div", null,
    h("h1", null, t("这一页打不开", "This page does not open")),
    h("p", null, t("已存的记录都还在。", "What was saved is all still there.")),
    h("p", { class: "hint" }, String(error?.message ?? error)),
    h("div", { class: "actions" }, button(t("再试一次", "Try again"), again)));

/* ---- Who ---- */

/* Asks for the pack. Somebody else signed in: the app begins anew as theirs. */
async function refresh() {
  asked = performance.now();
  const outcome = await changes.refresh();
  if (outcome.other) {
    await store.use(outcome.other.user.id);
    await store.keepPack(outcome.other);
    location.replace("/field/app");
    location.reload();
    return new Promise(() => null);
  }
  if (outcome.pack) {
    app.pack = outcome.pack;
    app.user = outcome.pack.user;
    if (shown && ["", "outbox"].includes(shown.route?.path)) again();
  }
  return outcome;
}

async function start() {
  document.getElementById("bar").replaceWith(bar(app));
  if (!able()) return tell(unable());
  const someone = await store.last();
  // Just signed in: whose the phone is now is asked before anything of anybody's is shown.
  const fresh = new URLSearchParams(location.search).has("signed-in");
  if (fresh) {
    history.replaceState(null, "", `/field/app${location.hash}`);
    await forgive();
  }
  // Whoever was here last signed out without a network: first that is made true.
  if (!(await settleDebt())) return tell(notYet({}));
  if (someone) {
    await store.use(someone);
    app.pack = await store.pack();
    app.user = app.pack?.user ?? { id: someone };
  }
  if (!app.pack || fresh) {
    const outcome = await (someone ? refresh() : first());
    if (!app.pack) return tell(notYet(outcome));
  } else refresh();
  addEventListener("hashchange", () => show());
  const moved = async () => (await store.last()) !== store.current();
  store.subscribe(async (news) => news === "user" && (await moved()) && location.reload());
  document.addEventListener("visibilitychange", async () => {
    if (document.visibilityState !== "visible") return;
    if (await moved()) location.reload();
    else if (performance.now() - asked > PACK_AGE) refresh();
  });
  // A person reads one page while records go out on another: what changed is seen at once.
  outbox.subscribe(({ sending }) => sending || look());
  await show();
  outbox.start();
}

/* The first time on this phone: there must be a network once. */
async function first() {
  const outcome = await changes.refresh();
  if (!outcome.other) return outcome;
  await store.use(outcome.other.user.id);
  await store.keepPack(outcome.other);
  await navigator.storage?.persist?.().catch(() => false);
  app.pack = outcome.other;
  app.user = outcome.other.user;
  return outcome;
}

const tell = (page) => frame.replaceChildren(page);

const notYet = (outcome) =>
  h("div", null,
    h("h1", null, outcome.signedOut ? t("请先登录", "Please sign in") : outcome.refused ? t("这个账号不用手机版", "The app is not for this account") : t("第一次要联网", "The first time takes a network")),
    h("p", null,
      outcome.signedOut ? t("登录一次，之后没有网络也能记录。", "Sign in once; after that you can record without a network.")
        : outcome.refused ? outcome.detail
        : t("这台手机上还没有您的村和客户。有网络时打开一次，之后没有网络也能用。", "Your villages and clients are not on this phone yet. Open this once with a network; after that none is needed.")),
    h("div", { class: "actions" },
      outcome.signedOut ? h("a", { class: "button", href: "/sign-in?back=/field/app%3Fsigned-in" }, t("登录", "Sign in")) : button(t("再试一次", "Try again"), () => location.reload())));

const unable = () =>
  h("div", null,
    h("h1", null, t("这个浏览器不能离线使用", "This browser cannot work without a network")),
    inWeChat ? notice("notice", h("p", null, t("请点右上角“···”，选“在浏览器打开”。", "Tap ··· at the top right and choose “open in browser”."))) : null,
    h("p", null, t("有网络时，网页版什么都能办。", "With a network the plain pages do everything.")),
    h("div", { class: "actions" }, h("a", { class: "button", href: "/field" }, t("打开网页版", "Open the plain pages"))));

/* ---- The other language, and the next build ---- */

document.querySelector("a.language")?.addEventListener("click", async (event) => {
  event.preventDefault();
  const lang = zh ? "en" : "zh";
  speak(worker, lang);
  // The server learns of it when it can be reached; the app does not wait for that.
  await Promise.race([fetch(event.currentTarget?.href ?? `/language?to=${lang}&back=/healthz`).catch(() => null), new Promise((done) => setTimeout(done, 2000))]);
  location.reload();
});

const quiet = () => !shown?.route?.form && !outbox.state().sending;

register().then((found) => {
  worker = found;
  look = renew(worker, quiet);
});

start();
