// The answers once more, in words, before a record is kept to be sent: amounts in capitals, what to look at again.

import { h, said, t } from "./dom.js";
import { findings, newHousehold } from "./judging.js";
import * as known from "./known.js";
import * as money from "./money.js";
import { stops } from "./rules.js";
import { runningSum } from "./sitting.js";
import { shownPlace } from "./place.js";

/* `#/check/ID`. */
export async function check(app, { id }) {
  const record = await app.store.record(id);
  const form = record && known.form(app.pack, record.door, record.stage ?? undefined);
  if (!form) return h("div", { class: "empty" }, h("p", null, t("本机没有这条记录。", "This record is not on this phone.")));
  const records = await app.store.records();
  const found = findings(app.pack, records, record);
  if (found.some(stops) || record.state !== "draft") {
    // Something changed since, or it is on its way already: its own page says how it stands.
    app.go(record.state === "draft" ? `#/edit/${id}` : `#/record/${id}`);
    return h("p", null, "…");
  }
  const alarm = h("div", { role: "alert" });
  const confirm = (then) => async (event) => {
    const button = event.currentTarget;
    button.disabled = true;
    try {
      await keep(app, form, record, records);
      app.go(then);
    } catch (error) {
      button.disabled = false;
      const words = error.code === "storage.full" ? t(
        "手机存储已满，没有存下。清出一些空间后再确认。",
        "The phone's storage is full and it was not kept. Free some space and confirm again.",
      ) : t("没有存下，请再试一次。", "It was not kept. Try once more.");
      alarm.replaceChildren(h("div", { class: "flash refused" }, h("p", null, words)));
    }
  };
  const another = form.fields.some((each) => each.carry && each.name !== "business_date") && !record.amending;
  return h(
    "div", { class: "check" },
    h("h1", { tabindex: "-1" }, said(form.title)),
    h("p", { class: "lead" }, t("请核对，确认后存好待发；有网络时自动上传。", "Check the answers. Once confirmed they are kept and sent as soon as there is a network.")),
    alarm,
    list(found, "hold", t("可以提交，但要由审核人决定", "You can submit it, but the reviewer must decide")),
    list(found, "warn", t("请核对（不影响提交）", "Please check; you can still submit")),
    h(
      "dl", { class: "summary" },
      [...answers(app.pack, records, form, record), ...photos(record)].map(([label, ...value]) => h("div", null, h("dt", null, label), h("dd", null, ...value))),
    ),
    runningSum(record, records),
    h(
      "div", { class: "actions" },
      another ? h(
        "button", { type: "button", class: "button primary", id: "confirm-next", onclick: confirm(next(form, record)) },
        t("确认，照此户记下一户", "Confirm, and record the next like it"),
      ) : null,
      h(
        "button", { type: "button", class: another ? "button secondary" : "button primary", id: "confirm", onclick: confirm(`#/record/${id}`) },
        t("确认", "Confirm"),
      ),
      h("a", { class: "button secondary", href: `#/edit/${id}` }, t("返回修改", "Go back and change")),
    ),
  );
}

const next = (form, record) => `#/new/${form.door}${form.stage ? `/${form.stage}` : ""}?like=${record.id}`;

function list(found, severity, words) {
  const some = found.filter((each) => each.severity === severity);
  if (some.length === 0) return null;
  return h(
    "section", { class: "warnings", "aria-label": words },
    h("h2", null, words),
    h("ul", null, some.map((each) => h("li", null, said(each.say)))),
  );
}

/* Complete: a new household first, then the record that depends on it. Done twice it stays the same two. */
async function keep(app, form, record, records) {
  const named = titled(app.pack, records, form, record);
  if ("new_name" in record.fields) {
    const before = await app.store.record(record.fields.client);
    if (!before || before.state === "draft" || before.state === "problem") await app.outbox.ready(household(app.pack, record));
    const { new_name, new_number, new_consent_on, ...fields } = record.fields;
    Object.assign(record, { fields, newcomer: true, newcomer_on: new_consent_on, depends_on: [...new Set([...record.depends_on, fields.client])] });
  } else {
    // A client registered on this phone must be there before what is recorded of him.
    const own = records.find((each) => each.door === "client" && each.id === record.fields.client && each.state !== "received");
    if (own) record.depends_on = [...new Set([...record.depends_on, own.id])];
  }
  const { was, ...rest } = { ...record, ...named };
  await app.outbox.ready(rest);
}

function household(pack, record) {
  const form = known.form(pack, "client");
  const fields = newHousehold(record);
  return {
    id: fields.client_id, sitting: record.sitting, door: "client", stage: null, book: record.book, village: record.village,
    title: { zh: `${form.title.zh} · ${fields.name}`, en: `${form.title.en} · ${fields.name}` }, fields, command: null, base_revision: 0,
    depends_on: [], state: "draft", problems: [], receipt: null, client: null, photos: [],
  };
}

/* What the outbox calls it: the form and the household. */
function titled(pack, records, form, record) {
  const name = whose(pack, records, record);
  return { title: name ? { zh: `${form.title.zh} · ${name}`, en: `${form.title.en} · ${name}` } : form.title };
}

function whose(pack, records, record) {
  const { fields } = record;
  if (record.door === "client") return fields.name;
  if ("new_name" in fields) return fields.new_name;
  const insured = fields.policy && known.part(pack, fields.policy, fields.part);
  const borrower = fields.client || known.line(pack, fields.line)?.client || known.loan(pack, fields.loan)?.client;
  return insured ? said(insured.part.insured) : (known.client(pack, records, borrower)?.name ?? fields.topic ?? "");
}

const capitals = (fen) => [`¥${money.show(fen)}`, h("span", { class: "capitals" }, h("span", { lang: "zh-CN" }, `人民币${money.capitals(fen)}`))];

/* Label and value of every answer given. */
export function answers(pack, records, form, record) {
  const { fields } = record;
  const village = known.village(pack, record.village);
  const all = [[t("村", "Village"), village ? `${said(village.town)} ${said(village.name)}` : "—"]];
  const insured = fields.policy && known.part(pack, fields.policy, fields.part);
  if (insured) all.push([t("村 · 被保险人", "Village · insured"), `${said(insured.part.insured)} · ${insured.policy.number}`]);
  if ("new_name" in fields) {
    all.push([t("客户（新登记）", "Client (new)"), `${fields.new_name} ${fields.new_number}`]);
    all.push([t("授权书签署日期", "Authorisation signed on"), fields.new_consent_on]);
  } else if (record.door !== "client" && !insured) {
    const name = whose(pack, records, record);
    if (name && record.door !== "talk") all.push([t("客户", "Client"), name, " ", known.client(pack, records, fields.client)?.masked ?? ""]);
  }
  for (const asked of form.fields) {
    const value = shown(pack, records, asked, record);
    if (value) all.push([said(asked.label), ...value]);
  }
  return all;
}

const photos = (record) => [
  ...(record.photos.length > 0 ? [[t("照片", "Photos"), t(`${record.photos.length} 张`, `${record.photos.length}`)]] : []),
  ...(record.fields.position ? [[t("位置", "Position"), shownPlace(record.fields.position)]] : []),
];

/* One answer in words; nothing for one left empty or told above. */
function shown(pack, records, asked, record) {
  const { fields } = record;
  const text = fields[asked.name];
  const insured = asked.control === "policy_part" || asked.control === "photo" || asked.control === "client";
  if (insured) return null;
  if (asked.control === "clients") return households(pack, records, record, asked);
  if (!text) return null;
  switch (asked.control) {
    case "amount":
      return capitals(money.read(text, fields[`${asked.name}_unit`]) ?? 0n);
    case "disaster":
      return [(pack.disasters ?? []).find((each) => each.id === text)?.name ?? text];
    case "product":
      return [said(known.product(pack, text)?.name)];
    case "line": {
      const own = known.line(pack, text);
      return [own ? `${said(known.product(pack, own.product)?.name)} ¥${money.show(money.parse(own.limit))}` : "—"];
    }
    case "loan": {
      const own = known.loan(pack, text);
      return [own ? `${said(known.product(pack, own.product)?.name)} ${own.rate_percent}% · ${t("余额", "balance")} ¥${money.show(money.parse(own.balance))}` : "—"];
    }
    case "choice":
      return [said(asked.choices.find((each) => each.value === text)?.label)];
    case "tick":
      return [t("是", "Yes")];
    case "percent":
      return [`${text}%`];
    default:
      return [asked.suffix ? `${text} ${said(asked.suffix)}` : text];
  }
}

function households(pack, records, record, asked) {
  const ids = [].concat(record.fields[asked.name] ?? []);
  if (ids.length === 0) return null;
  const told = ids.map((id) => {
    const note = record.fields[`note_${id}`];
    return h("span", { class: "each" }, `${known.client(pack, records, id)?.name ?? "—"}${note ? `${t("：", ": ")}${note}` : ""}`);
  });
  return [t(`${ids.length} 户`, `${ids.length}`), ...told];
}
