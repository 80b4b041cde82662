// What the phone knows around a record: the pack, and what waits on the phone itself. Reads; changes nothing.

import * as days from "./day.js";
import * as money from "./money.js";

const UNSENT = ["draft", "ready", "sending", "problem"];

/* The villages, those first in which the posting lasts. */
export const villages = (pack) => [...pack.villages].sort((a, b) => Number(b.active) - Number(a.active));

export const village = (pack, id) => pack.villages.find((each) => each.id === String(id).split("@")[0]) ?? null;

/*
 * Everybody who can be chosen in a village: those the office knows, and those registered on this phone since. A
 * client of the phone is known by his name and the last digits of the number.
 */
export function clients(pack, records, at) {
  const known = pack.clients.filter((client) => !at || client.village === at);
  const ids = new Set(pack.clients.map((client) => client.id));
  const own = records.filter(
    (record) => record.door === "client" && record.state !== "draft" && record.state !== "void" && !ids.has(record.client ?? record.id) && (!at || record.village === at),
  );
  return [...known, ...own.map(ownClient)];
}

function ownClient(record) {
  const { name, number = "", kind } = record.fields ?? {};
  const last4 = number.slice(-4).toLowerCase();
  return { id: record.client ?? record.id, book: record.book, village: record.village, kind, name, masked: `***${last4}`, last4, keys: last4, own: record.id };
}

export const client = (pack, records, id) => (id ? clients(pack, records).find((each) => each.id === id || each.own === id) : null) ?? null;

/* Those meant by a part of the name, initials, the beginning of a reading, or last digits. */
export function search(all, typed) {
  const wanted = typed.normalize("NFKC").trim().toLowerCase();
  if (!wanted) return all;
  return all.filter((each) => each.name.toLowerCase().includes(wanted) || each.keys.toLowerCase().split(" ").some((key) => key.startsWith(wanted)));
}

export const line = (pack, id) => pack.lines?.find((each) => each.id === id) ?? null;
export const loan = (pack, id) => pack.loans?.find((each) => each.id === id) ?? null;
export const product = (pack, id) => pack.products.find((each) => each.id === String(id)) ?? null;

/* The products a form may choose from. */
export function products(pack, door) {
  const kind = door === "credit" || door === "loan" ? "credit" : "insurance";
  return pack.products.filter((each) => each.kind === kind);
}

/* A policy and a row of its list, as `policy` and `part` name them. */
export function part(pack, policyId, n) {
  const policy = pack.policies?.find((each) => each.id === policyId);
  const row = policy?.parts.find((each) => String(each.n) === String(n));
  return row ? { policy, part: row } : null;
}

/* The form of a door and stage; of a door with several stages the first where none is named. */
export const form = (pack, door, stage) => pack.forms.find((each) => each.door === door && (!stage || each.stage === stage)) ?? null;

/* What rules.js needs to judge a record. */
export function around(pack, records, record, now = Date.now()) {
  const { fields } = record;
  const others = records.filter((other) => other.id !== record.id && UNSENT.includes(other.state) && other.state !== "draft");
  const own = fields.line ? line(pack, fields.line) : null;
  return {
    today: days.today(pack, now),
    limits: pack.limits,
    products: products(pack, record.door).map((each) => each.id),
    client: fields.new_name !== undefined ? { kind: "household" } : client(pack, records, fields.client),
    line: own,
    loan: fields.loan ? loan(pack, fields.loan) : null,
    part: fields.policy ? part(pack, fields.policy, fields.part) : null,
    claims: (pack.claims ?? []).filter((each) => each.policy === fields.policy && String(each.part) === String(fields.part)).map((each) => ({ ...each, step: each.stage })),
    drawn: fields.line ? sum(others.filter((other) => other.door === "loan" && other.fields.line === fields.line)) : 0n,
    repaid: fields.loan ? sum(others.filter((other) => other.door === "repayment" && other.fields.loan === fields.loan)) : 0n,
    twin: Boolean(fields.client) && (pack.lines ?? []).some((each) => each.client === fields.client && each.product === fields.product),
    postings: village(pack, record.village)?.postings ?? null,
  };
}

/* The amounts of some records, in fen. */
export const sum = (records) => records.reduce((total, each) => total + (money.read(each.fields.amount, each.fields.amount_unit) ?? 0n), 0n);
