// Beginning a record: a new one, one like the last, one that came back, one to be changed. Nothing of the page here.

import * as days from "./day.js";
import { uuid7 } from "./ids.js";
import * as known from "./known.js";

/* Where somebody works: the village asked for, the one worked in last, or the first. */
async function place(app, asked) {
  const last = asked ?? (await app.store.setting("village"));
  return known.village(app.pack, last ?? "") ?? known.villages(app.pack)[0] ?? null;
}

/* A day like `today`, `today+12m` or `today+36m-1d`; any other text is itself. */
function opening(text, today) {
  const found = /^today(?:\+(\d+)m)?(-1d)?$/.exec(text ?? "");
  if (!found) return text ?? "";
  const day = days.addMonths(today, Number(found[1] ?? 0));
  return found[2] ? days.addDays(day, -1) : day;
}

/* A new record of a form, filled in as far as it opens filled in; `asked` names a village, client, line, loan … */
export async function begin(app, form, asked = {}) {
  const today = days.today(app.pack);
  const unit = (await app.store.setting("unit")) ?? "yuan";
  const at = await place(app, asked.village);
  const fields = { village: at?.id ?? "" };
  if (form.stage) fields.stage = form.stage;
  for (const question of form.fields) {
    if (["photo", "clients", "claim", "policy_part"].includes(question.control)) continue;
    fields[question.name] = opening(question.initial, today);
    if (question.control === "amount") fields[`${question.name}_unit`] = unit;
  }
  const offered = known.products(app.pack, form.door);
  if ("product" in fields && offered.length === 1) fields.product = offered[0].id;
  const record = blank(form, at, fields);
  about(app, record, asked);
  return record;
}

/* The ids that a form carries are made with it: for the client or the contract that it would create. */
function blank(form, at, fields) {
  const id = uuid7();
  if (form.door === "client") fields.client_id = id;
  else fields.contract_id ??= uuid7();
  return {
    id, sitting: id, door: form.door, stage: form.stage ?? null, book: at?.book ?? "", village: at?.id ?? "", title: form.title,
    fields, command: null, base_revision: 0, depends_on: [], state: "draft", problems: [], receipt: null, client: null, photos: [],
  };
}

/* What the record is about brings its village and book, and what of it stands fixed. */
export function about(app, record, { client, line, loan, policy, part, claim }) {
  const { fields } = record;
  const at = (contract) => {
    fields.village = `${contract.village}@${contract.book}`;
    [record.village, record.book] = [contract.village, contract.book];
  };
  const under = line && known.line(app.pack, line);
  const own = loan && known.loan(app.pack, loan);
  const insured = policy && known.part(app.pack, policy, part);
  if (under) {
    at(under);
    Object.assign(fields, { line: under.id, client: under.client });
    if (record.door === "credit") {
      const limit = under.revolving ? "revolving" : "one-off";
      Object.assign(fields, { product: under.product, valid_from: under.valid_from, valid_to: under.valid_to, limit });
      if (!fields.amount) Object.assign(fields, { amount: under.limit, amount_unit: "yuan" });
    }
  } else if (own) {
    at(own);
    Object.assign(fields, { loan: own.id, client: own.client });
  } else if (insured) {
    [record.village, record.book] = [insured.part.village, insured.policy.book];
    Object.assign(fields, { book: insured.policy.book, policy, part: String(part), village: insured.part.village });
    if (claim) furtherStep(app.pack, fields, claim);
    else if (fields.households === "1") fields.households = String(insured.part.households ?? 1);
  } else if (client) fields.client = client;
}

/* A claim is taken on from what it says so far: a step that left it out would set it to nothing. */
function furtherStep(pack, fields, number) {
  const { policy, part } = fields;
  const own = pack.claims.find((each) => each.policy === policy && String(each.part) === part && each.number === number);
  const amount = own && own.value !== "0.00" ? own.value : "";
  Object.assign(fields, { claim: number, quantity: own?.quantity ?? "", amount, amount_unit: "yuan" });
}

/* 照上一户: what is carried stays, the household and its amount are new. */
export function like(form, before) {
  const fields = { village: before.fields.village.split("@")[0] };
  if (form.stage) fields.stage = form.stage;
  for (const question of form.fields) {
    const { name } = question;
    fields[name] = question.carry ? (before.fields[name] ?? "") : "";
    if (question.control === "amount") fields[`${name}_unit`] = before.fields[`${name}_unit`] ?? "yuan";
    if (!question.carry && question.initial && !question.initial.startsWith("today")) fields[name] = question.initial;
  }
  const record = blank(form, { id: before.village, book: before.book }, fields);
  record.sitting = before.sitting ?? before.id;
  if (before.newcomer) newcomer(record, before.newcomer_on);
  return record;
}

/* The household of a record is registered with it: its name and number are asked for beside the rest. */
export function newcomer(record, consentOn) {
  Object.assign(record.fields, { client: uuid7(), new_name: "", new_number: "", new_consent_on: consentOn ?? record.fields.business_date });
}

export function noNewcomer(record) {
  for (const name of ["new_name", "new_number", "new_consent_on"]) delete record.fields[name];
  record.fields.client = "";
}

/* A record that came back, as the pack brings it: its fields, to be sent as the next revision. */
export function returned(app, back) {
  const form = known.form(app.pack, back.door, back.fields.stage);
  const fields = { ...back.fields };
  for (const name of ["voucher_id", "command_id", "base_revision"]) delete fields[name];
  // Amounts come in yuan.
  for (const question of form.fields) if (question.control === "amount") fields[`${question.name}_unit`] ||= "yuan";
  const village = known.village(app.pack, fields.village ?? "") ?? known.part(app.pack, fields.policy, fields.part)?.part.village;
  const record = blank(form, { id: village?.id ?? village ?? "", book: back.book }, fields);
  return { ...record, id: back.voucher, sitting: back.voucher, base_revision: back.revision, reason: back.reason, amending: true };
}
