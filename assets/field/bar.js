// The outbox in one line, on every page of the app.

import { h, t } from "./dom.js";
import { trouble } from "./parts.js";

export function bar(app) {
  const line = h("div", { class: "outbox-bar", role: "status" });
  const show = (state) => {
    line.replaceChildren(...[words(state), clock(state), act(app, state)].filter(Boolean));
    line.classList.toggle("quiet", !state.skew && !state.waiting && !state.problem && !state.signedOut && !state.otherUser && !state.error);
    mark(state);
  };
  app.outbox.subscribe(show);
  show(app.outbox.state());
  return line;
}

function words(state) {
  if (state.error) return h("strong", null, trouble(state.error));
  const waiting = t(`存于本机，未上报 ${state.waiting}`, `${state.waiting} on this phone, not sent`);
  if (state.otherUser) return h("strong", null, t("登录的是另一个账号，记录都还在本机。", "Another account is signed in; the records are all still here."));
  if (state.signedOut) return h("span", null, state.waiting ? t(`未上报 ${state.waiting} · 登录已过期`, `${state.waiting} not sent · sign-in expired`) : t("登录已过期，照常可记", "Sign-in expired; go on recording"));
  if (state.sending && state.waiting) return h("span", null, t(`正在上报 ${state.waiting}`, `Sending ${state.waiting}`));
  if (state.waiting) return h("span", null, waiting, state.offline ? t(" · 没有网络", " · no network") : "");
  if (state.problem) return h("span", null, t(`${state.problem} 条要您处理`, `${state.problem} need you`));
  return h("span", null, state.offline ? t("没有网络，照常可记", "No network; go on recording") : t("全部已上报", "Everything has been sent"));
}

/* A wrong clock decides nothing, but the day it offers is wrong too. */
function clock({ skew }) {
  if (!skew) return null;
  const minutes = Math.abs(skew);
  const days = Math.round(minutes / 1440);
  const far = days > 1 ? t(`${days} 天`, `${days} days`) : t(`${minutes} 分钟`, `${minutes} min`);
  const words = skew > 0
    ? t(`手机时间快了 ${far}，请核对日期`, `The phone's clock is ${far} fast; check your dates`)
    : t(`手机时间慢了 ${far}，请核对日期`, `The phone's clock is ${far} slow; check your dates`);
  return h("span", { class: "hint" }, words);
}

function act(app, state) {
  if (state.signedOut || state.otherUser) return h("a", { href: "/sign-in?back=/field/app%3Fsigned-in" }, t("登录", "Sign in"));
  if (state.waiting && !state.sending) return h("button", { type: "button", onclick: () => app.outbox.send("user") }, t("立即上报", "Send now"));
  if (!state.waiting && state.problem) return h("a", { href: "#/outbox" }, t("去看", "Look"));
  return null;
}

/* The number at the outbox in the bar of ways. */
function mark(state) {
  const way = document.querySelector(".main-nav a[href='#/outbox']");
  if (!way) return;
  way.querySelector(".count")?.remove();
  const count = state.waiting + state.problem;
  if (count) way.append(h("span", { class: "count" }, String(count)));
}
