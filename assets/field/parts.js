// Small pieces that several pages of the app show.

import { h, said, t } from "./dom.js";

const WORDS = {
  draft: ["", "草稿", "Draft"],
  wrong: ["wrong", "草稿·有错", "Draft with errors"],
  ready: ["waiting", "存于本机，未上报", "On this phone, not sent"],
  blocked: ["waiting", "等前一条先上报", "Waits for another record"],
  sending: ["waiting", "正在上报", "Sending"],
  received: ["good", "已收到", "Received"],
  held: ["waiting", "已收到，待审核人决定", "Received; the reviewer decides"],
  approved: ["good", "已通过", "Approved"],
  returned: ["wrong", "退回修改", "Returned"],
  problem: ["wrong", "未能上报", "Not taken"],
  void: ["", "已撤回", "Withdrawn"],
  reversed: ["", "已更正", "Corrected"],
};

/* Where a record stands, as one of the words above. */
export function standing(record) {
  const server = record.receipt?.state;
  if (record.state === "draft" && record.problems?.length) return "wrong";
  if (record.state === "ready" && record.waiting_for?.length) return "blocked";
  if (record.state === "received" && ["approved", "held"].includes(server)) return server;
  if (record.state === "void" && server === "reversed") return "reversed";
  return record.state in WORDS ? record.state : "draft";
}

export function words(record) {
  const [, chinese, english] = WORDS[standing(record)];
  return t(chinese, english);
}

export const pill = (record) => h("span", { class: `pill ${WORDS[standing(record)][0]}`.trim() }, words(record));

export const title = (record) => said(record.title) || t("未命名", "Untitled");

export const button = (label, onclick, kind = "") => h("button", { type: "button", class: `button ${kind}`.trim(), onclick }, label);

export const notice = (kind, ...children) => h("div", { class: kind }, ...children);

/* A field with its label above it. */
export function labelled(id, label, hint, input) {
  input.id = id;
  const about = hint ? h("p", { class: "hint", id: `${id}_hint` }, hint) : null;
  if (about) input.setAttribute("aria-describedby", about.id);
  return h("div", { class: "field" }, h("label", { for: id }, label), about, input);
}

/* A moment as it is read out: 11-22 18:05, with the year when it is another one. */
export function moment(iso) {
  if (!iso) return "";
  const day = new Date(iso);
  if (Number.isNaN(day.getTime())) return "";
  const two = (number) => String(number).padStart(2, "0");
  const year = day.getFullYear() === new Date().getFullYear() ? "" : `${day.getFullYear()}-`;
  return `${year}${two(day.getMonth() + 1)}-${two(day.getDate())} ${two(day.getHours())}:${two(day.getMinutes())}`;
}

/* What went wrong with the phone's store, said to a person. */
export function trouble(error) {
  return error?.code === "storage.full" || error === "storage.full"
    ? t("手机存储已满，刚才的改动没有存下。请先删一些照片或应用，不要关闭本页。", "The phone is full and the last change is not saved. Remove some photos or apps; do not close this page.")
    : t("本机存储出错，请不要关闭本页，稍后再试。", "The phone's store failed. Do not close this page; try again shortly.");
}

/* A file to the phone's disk. */
export function download(blob, name) {
  const address = URL.createObjectURL(blob);
  const link = h("a", { href: address, download: name, hidden: true });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
