// One record: what it says, where it stands, and what can still be done about it.

import { answers as given } from "./check.js";
import { h, said, t } from "./dom.js";
import { uuid7 } from "./ids.js";
import { button, labelled, moment, notice, pill, title } from "./parts.js";

export async function record(app, { id }) {
  const found = await app.store.record(id);
  if (!found) {
    return h("div", null, h("h1", null, t("本机没有这条记录", "This record is not on the phone")), h("p", null, t("收到满 35 天的记录不再留在本机。", "What was received 35 days ago or more is kept here no longer.")), h("p", null, h("a", { href: "/records" }, t("网页版：我的记录", "Plain pages: my records"))));
  }
  const all = await app.store.records();
  // What the server says meanwhile is seen without being asked for.
  app.leave(app.outbox.subscribe(async ({ sending }) => {
    if (sending) return;
    const now = await app.store.record(id);
    if (now?.changed !== found.changed && !document.activeElement?.matches("textarea")) app.again();
  }));
  const asked = all.find((other) => other.voucher === id && ["withdrawal", "reversal"].includes(other.door) && other.state !== "void");
  // The plan of its form says what each of its values is called.
  const form = app.pack?.forms?.find((one) => one.door === found.door && (!one.stage || one.stage === found.stage));
  return h("div", { class: "record" },
    h("h1", null, title(found)),
    h("p", null, pill(found)),
    ...standing(found, all),
    h("dl", { class: "summary" }, answers(app, all, found, form)),
    h("div", { class: "actions" }, another(found, form), ...acts(app, found, asked)),
    h("p", null, h("a", { href: "#/outbox" }, t("返回待上报", "Back to the outbox"))));
}

/* 照上一户: the next household like this one. */
function another(found, form) {
  if (!form || !["ready", "sending", "received"].includes(found.state) || !["credit", "loan"].includes(found.door)) return null;
  return h("a", { class: "button", href: `#/new/${found.door}${found.stage ? `/${found.stage}` : ""}?like=${found.id}` }, t("照此户记下一户", "Record the next like it"));
}

function standing(found, all) {
  const said_ = [];
  if (found.state === "returned") said_.push(notice("flash warning", h("p", null, t("审核人退回：", "Returned by the reviewer: "), found.reason)));
  if (found.receipt?.code) {
    said_.push(h("div", { class: "receipt" }, h("p", null, t("回执号", "Receipt number"), h("br"), h("strong", null, found.receipt.code)), found.receipt.late ? h("p", null, said(found.receipt.late)) : null));
  }
  if (found.current) said_.push(notice("flash warning", h("p", null, t(`服务器上是第 ${found.current.revision} 次提交。`, `The server has revision ${found.current.revision}.`))));
  const issues = found.state === "received" ? [] : found.problems ?? [];
  if (issues.length) said_.push(notice("flash refused", ...issues.map((issue) => h("p", null, said(issue.say)))));
  const waits = (found.waiting_for ?? []).map((command) => all.find((other) => other.command === command)).filter(Boolean);
  if (waits.length) said_.push(notice("notice", h("p", null, t("等这几条先上报：", "Waits for: "), waits.map(title).join(t("、", ", ")))));
  if (found.handed_out && found.state === "problem") {
    said_.push(notice("notice", h("p", null, t("这条已存成文件交给办公室。如果办公室已代您上报，这里可以删除。", "This one was saved as a file for the office. If the office has sent it for you, you may delete it here."))));
  }
  if (found.reversal === "asked") said_.push(notice("notice", h("p", null, t("已申请更正，等审核人处理。", "A correction has been asked for; the reviewer decides."))));
  return said_;
}

function answers(app, all, found, form) {
  const told = form ? given(app.pack, all, form, found) : [];
  const photos = found.photos ?? [];
  const sent = photos.filter((photo) => photo.sent).length;
  return [
    told.map(([name, ...value]) => row(name, value)),
    photos.length ? row(t("照片", "Photos"), t(`${photos.length} 张，已上报 ${sent} 张`, `${photos.length}, ${sent} sent`)) : null,
    row(t("最后改动", "Last changed"), moment(found.changed)),
    found.received_at ? row(t("收到", "Received"), moment(found.received_at)) : null,
  ];
}

const row = (name, value) => h("div", null, h("dt", null, name), h("dd", null, value));

function acts(app, found, asked) {
  const edit = h("a", { class: found.state === "ready" ? "button secondary" : "button", href: `#/edit/${found.id}` }, t("更改", "Change"));
  const server = found.receipt?.state;
  switch (found.state) {
    case "problem":
      return [edit, insisting(app, found), away(app, found)];
    case "draft":
    case "ready":
      return [edit, away(app, found)];
    case "returned":
      return [edit];
    case "received":
      if (asked || ["client", "withdrawal", "reversal"].includes(found.door)) return [];
      if (server === "approved") return [reversal(app, found)];
      return [h("a", { class: "button secondary", href: `#/edit/${found.id}` }, t("更改", "Change")), withdrawal(app, found)];
    default:
      return [];
  }
}

/* The server has another version, and the person has been told: theirs goes on top of it. */
function insisting(app, found) {
  if (!["submitted", "returned", "held"].includes(found.current?.state)) return null;
  return button(t("仍按本机的上报", "Send this one all the same"), async () => {
    await app.outbox.ready(found);
    app.again();
  }, "secondary");
}

/* What never reached the server can simply be thrown away; what may have, cannot. */
function away(app, found) {
  if ((found.tried?.length && !found.handed_out) || found.receipt) return null;
  return button(t("删除", "Delete"), async (event) => {
    const { target } = event;
    if (target.dataset.sure) {
      await app.store.drop(found.id);
      return app.go("#/outbox");
    }
    target.dataset.sure = "1";
    target.textContent = t("确定删除？再点一次", "Delete for good? Tap again");
    target.classList.add("grave");
    return null;
  }, "secondary");
}

const about = (found, door, fields) => ({
  id: uuid7(), door, stage: null, book: found.book, village: found.village, voucher: found.id, fields, base_revision: found.receipt?.revision ?? 1,
  depends_on: [], photos: [], receipt: null, client: null,
});

function withdrawal(app, found) {
  return button(t("撤回", "Withdraw"), async () => {
    const fields = { revision: String(found.receipt?.revision ?? 1) };
    await app.outbox.ready({ ...about(found, "withdrawal", fields), title: { zh: `撤回：${found.title?.zh ?? ""}`, en: `Withdraw: ${found.title?.en ?? ""}` } });
    app.again();
  }, "secondary");
}

/* Approved: it can only be reversed, and the county decides. */
function reversal(app, found) {
  const reason = h("textarea", { name: "reason", class: "full", rows: "3", maxlength: app.pack.limits?.longest_reason ?? 300 });
  const told = h("p", { role: "alert", class: "error" });
  const ask = async () => {
    if (!reason.value.trim()) {
      told.textContent = t("请写明哪里不对。", "Say what is wrong.");
      return reason.focus();
    }
    // What takes the record back is a record too, and its id is made here like any other's.
    const fields = { reversal: uuid7(), reason: reason.value.trim() };
    await app.outbox.ready({ ...about(found, "reversal", fields), title: { zh: `更正：${found.title?.zh ?? ""}`, en: `Correct: ${found.title?.en ?? ""}` } });
    return app.again();
  };
  return h("details", { class: "more" }, h("summary", null, t("这条记错了", "This record is wrong")),
    labelled("reason", t("哪里不对", "What is wrong"), t("审核人看到后冲回原记录，您再重新记一条。", "The reviewer takes the record back; then you record it anew."), reason),
    told, button(t("申请更正", "Ask for a correction"), ask));
}
