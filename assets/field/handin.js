// The office's side of a file from a phone: opened here with its passphrase, and sent as the phone would have.

import * as changes from "./changes.js";
import { h, said, t } from "./dom.js";
import { read, take } from "./handfile.js";
import { able } from "./install.js";
import * as outbox from "./outbox.js";
import { button, labelled, notice, pill, title, trouble } from "./parts.js";
import * as store from "./store.js";

const place = document.getElementById("handin");

async function start() {
  if (!able()) return place.append(notice("notice", h("p", null, t("这个浏览器打不开加密文件，请换一个。", "This browser cannot open encrypted files; use another."))));
  const outcome = await changes.refresh();
  const pack = outcome.other ?? outcome.pack;
  if (!pack) return place.append(notice("flash refused", h("p", null, t("连不上服务器，请稍后再试。", "The server cannot be reached; try again shortly."))));
  await store.use(pack.user.id);
  await store.keepPack(pack);
  form(pack.user);
}

function form(user) {
  const file = h("input", { type: "file", name: "file", class: "file", accept: ".cunxin" });
  const phrase = h("input", { type: "text", name: "phrase", class: "medium figures", autocomplete: "off", spellcheck: "false" });
  const told = h("div", { role: "alert" });
  const open = async () => {
    const [chosen] = file.files;
    if (!chosen) return refuse(told, t("请选择文件。", "Choose the file."), file);
    if (!phrase.value.trim()) return refuse(told, t("请填写口令。", "Give the passphrase."), phrase);
    told.replaceChildren(h("p", null, t("正在打开…", "Opening…")));
    try {
      const bundle = await read(await chosen.text(), phrase.value.trim());
      told.replaceChildren();
      confirm(user, bundle);
    } catch (error) {
      const foreign = error.code === "file.foreign";
      refuse(told, foreign ? t("这不是手机存的记录文件。", "This is no file of records from a phone.") : t("口令不对，或文件已损坏。", "The passphrase is wrong, or the file is damaged."), foreign ? file : phrase);
    }
  };
  place.replaceChildren(told,
    labelled("file", t("记录文件", "File of records"), t("以 .cunxin 结尾", "Ends in .cunxin"), file),
    labelled("phrase", t("口令", "Passphrase"), t("特派员另外告诉您的", "The specialist tells it to you another way"), phrase),
    h("div", { class: "actions" }, button(t("打开", "Open"), open)));
}

function refuse(told, sentence, field) {
  told.replaceChildren(notice("flash refused", h("p", null, sentence)));
  field.focus();
}

/* Before anything is sent: whose records these are, and how many. */
function confirm(user, bundle) {
  const own = bundle.user.id === user.id;
  if (!own && user.role !== "clerk") {
    return place.replaceChildren(notice("flash refused", h("p", null, t(`这些记录是${bundle.user.name}的。请由本人或机构经办登录后上报。`, `These records are ${bundle.user.name}'s. They are sent by that person, or by the institution's clerk.`))));
  }
  const whole = bundle.records.filter((record) => record.state !== "draft");
  const drafts = bundle.records.length - whole.length;
  place.replaceChildren(h("div", null,
    h("h2", { tabindex: "-1" }, t(`${bundle.user.name} 的 ${whole.length} 条记录`, `${whole.length} records of ${bundle.user.name}`)),
    drafts ? h("p", null, t(`另有 ${drafts} 条草稿没有写完，留在手机上，不上报。`, `${drafts} more are drafts; they stay on the phone.`)) : null,
    own ? null : notice("notice", h("p", null, t(`将以您（${user.name}）的名义上报。`, `They are sent in your name, ${user.name}.`))),
    h("ul", { class: "plain" }, whole.map((record) => h("li", null, title(record)))),
    h("div", { class: "actions" }, button(t("全部上报", "Send them all"), () => deliver({ ...bundle, records: whole })))));
  place.querySelector("h2").focus();
}

async function deliver(bundle) {
  const list = h("ul", { class: "plain", role: "status" });
  const again = button(t("再试一次", "Try again"), () => work());
  const actions = h("div", { class: "actions" });
  place.replaceChildren(h("h2", null, t("上报结果", "What was sent")), list, actions);
  let ids = [];
  const work = async () => {
    try {
      if (!ids.length) ids = await take(bundle);
      await outbox.send("user");
    } catch (error) {
      return actions.replaceChildren(h("p", null, trouble(error)));
    }
    const records = (await Promise.all(ids.map((id) => store.record(id)))).filter(Boolean);
    list.replaceChildren(...records.map(line));
    const left = records.filter((record) => record.state !== "received" || record.photos?.some((photo) => !photo.sent && !photo.refused));
    // An office's computer is shared: what has arrived does not stay on it.
    for (const record of records) if (!left.includes(record) && record.handed) await store.drop(record.id);
    actions.replaceChildren(...(left.length ? [again, h("p", null, t(`${left.length} 条还没有收到。`, `${left.length} not received yet.`))] : [h("p", null, t("全部收到。手机以后再上报也不会重复。", "All received. If the phone sends them later as well, each counts once."))]));
  };
  await work();
}

const line = (record) =>
  h("li", null, title(record), " ", pill(record), record.receipt?.code ? ` ${t("回执号", "Receipt")} ${record.receipt.code}` : "", record.state === "received" ? null : (record.problems ?? []).map((issue) => h("p", { class: "error" }, said(issue.say))));

start();
