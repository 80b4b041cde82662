// The outbox as a list: what needs the person, what is on its way, what has arrived.

import { h, said, t } from "./dom.js";
import { saveAsFile } from "./handfile-view.js";
import { button, moment, notice, pill, title, trouble } from "./parts.js";

/* Most of what has arrived is of no more interest: the newest, and the rest on demand. */
const SHOWN = 30;

export async function outboxList(app, params) {
  const page = h("div", { class: "outbox" });
  const draw = async () => {
    const records = (await app.store.records()).reverse();
    page.replaceChildren(...parts(app, records, params));
  };
  await draw();
  let timer = 0;
  const soon = () => {
    clearTimeout(timer);
    timer = setTimeout(() => page.contains(document.activeElement?.closest("details, input")) || draw(), 120);
  };
  app.leave(app.store.subscribe(soon));
  app.leave(app.outbox.subscribe(soon));
  return page;
}

function parts(app, records, params) {
  const state = app.outbox.state();
  const of = (...states) => records.filter((record) => states.includes(record.state));
  const mine = of("returned", "problem", "draft");
  const out = of("ready", "sending");
  const done = of("received", "void");
  const found = [
    h("h1", null, t("待上报", "Outbox")),
    state.error ? notice("flash refused", h("p", null, trouble(state.error))) : null,
    summary(app, state, out.length),
    mine.length ? section(t("要您处理", "These need you"), mine) : null,
    out.length ? section(t("存于本机，未上报", "On this phone, not sent"), out) : null,
    out.length || mine.length ? ways(app, out.length + mine.length) : null,
    done.length ? received(app, done, params) : null,
  ];
  return found.filter(Boolean);
}

function summary(app, state, waiting) {
  if (!waiting) {
    const last = state.lastAnswer ? t(`最近联系上服务器：${moment(state.lastAnswer)}`, `Last answer of the server: ${moment(state.lastAnswer)}`) : "";
    return h("p", { class: "lead" }, t("没有等着上报的记录。", "Nothing waits to be sent."), " ", last);
  }
  const why = state.signedOut
    ? t("登录已过期。记录都还在本机，登录后自动上报。", "Your sign-in has expired. The records are all here and go out once you have signed in.")
    : state.offline
      ? t("现在连不上服务器。可以关掉手机，有网络时打开本页会自动上报。", "The server cannot be reached now. You may switch the phone off; open this page where there is a network and they go out.")
      : t("有网络时自动上报。", "They go out by themselves where there is a network.");
  const sign = h("a", { class: "button", href: "/sign-in?back=/field/app%3Fsigned-in" }, t("登录", "Sign in"));
  const send = button(state.sending ? t("正在上报…", "Sending…") : t("立即上报", "Send now"), () => app.outbox.send("user"));
  send.disabled = state.sending;
  return h("div", null, h("p", null, why), h("div", { class: "actions" }, state.signedOut || state.otherUser ? sign : send));
}

const section = (heading, records) => h("section", null, h("h2", null, `${heading} · ${records.length}`), list(records));

const list = (records) => h("ul", { class: "picks records" }, records.map((record) => h("li", null, h("a", { href: target(record) }, one(record)))));

const one = (record) => h("span", { class: "pick" }, h("b", null, title(record)), h("small", null, pill(record), " ", line(record)));

/* A draft is gone on with; everything else is looked at first. */
const target = (record) => (record.state === "draft" ? `#/edit/${record.id}` : `#/record/${record.id}`);

function line(record) {
  if (record.state === "returned") return record.reason || moment(record.changed);
  const wrong = record.problems?.find((issue) => issue.severity === "refuse");
  if (wrong && record.state !== "received") return said(wrong.say);
  if (record.receipt?.code) return t(`回执号 ${record.receipt.code}`, `Receipt ${record.receipt.code}`);
  return moment(record.changed);
}

function ways(app, count) {
  const box = h("details", { class: "more" }, h("summary", null, t("没有网络，又急着交？", "No network, and it cannot wait?")));
  box.append(
    h("p", null, t(`把这 ${count} 条存成加密文件，用微信或 U 盘交给办公室，由办公室代您上报。以后手机再上报也不会重复。`, `Save these ${count} as an encrypted file and give it to the office by chat or stick; the office sends them for you. If the phone sends them later as well, each counts once.`)),
    saveAsFile(app),
    h("p", null, h("a", { href: "#/print" }, t("打印未上报的清单", "Print the list of what is not sent"))),
  );
  return box;
}

function received(app, records, params) {
  const many = params.all === undefined && records.length > SHOWN;
  return h("section", null,
    h("h2", null, `${t("已收到", "Received")} · ${records.length}`),
    h("p", { class: "hint" }, t("收到满 35 天后，内容从本机清除；回执号可在网页版“我的记录”里查到。", "Contents leave this phone 35 days after they were received; the receipts stay under “My records” on the plain pages.")),
    list(many ? records.slice(0, SHOWN) : records),
    many ? h("p", null, h("a", { href: "#/outbox?all=1" }, t("全部显示", "Show all"))) : null);
}
