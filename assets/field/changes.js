// What the server has to say since last asked: the pack, and what became of the records.

import * as store from "./store.js";
import { ask } from "./wire.js";

const HEADERS = { "x-cunxin": "field" };

/*
 * Asks for the pack anew and keeps it. {pack}, or {other: pack} when somebody else is signed in, or why not.
 */
export async function refresh() {
  const villages = store.current() ? await chosen() : "";
  const outcome = await ask(`/api/v1/field?${new URLSearchParams({ villages })}`, { headers: HEADERS }, (json) => Boolean(json.user?.id && json.forms));
  if (!outcome.answer) return outcome;
  // When it came, by this phone's clock: how much time has passed since, the phone can tell though it may not know the day.
  const pack = { ...outcome.answer, fetched_at: Date.now() };
  pack.kept_at = new Date().toISOString();
  if (pack.user.id !== store.current()) return { ...outcome, other: pack };
  await store.keepPack(pack);
  return { ...outcome, pack };
}

/* The villages a clerk takes along; a specialist's are known to the server. */
const chosen = async () => ((await store.setting("villages")) ?? []).join(",");

/* Pulls the changes of every book; `reset` when the server has forgotten what we knew of it. */
export async function pull() {
  const pack = await store.pack();
  const villages = await chosen();
  let outcome = { nothing: true };
  for (const { id, cursor } of pack?.books ?? []) {
    const name = `cursor/${id}`;
    let since = (await store.setting(name)) ?? cursor;
    for (;;) {
      const query = new URLSearchParams({ book: id, since, villages });
      outcome = await ask(`/api/v1/changes?${query}`, { headers: HEADERS }, (json) => typeof json.cursor === "string");
      const answer = outcome.answer;
      if (!answer) return outcome;
      if (answer.reset) return { ...outcome, ...(await begin_again(id)) };
      await told(id, answer);
      await store.set(name, answer.cursor);
      since = answer.cursor;
      if (!answer.more) break;
    }
  }
  return { ...outcome, server_time: outcome.answer?.server_time ?? pack?.server_time };
}

/* The database was restored: what it may have lost goes out again under its old ids, which change nothing twice. */
async function begin_again(book) {
  const { pack, ...outcome } = await refresh();
  if (!pack) return outcome;
  for (const record of await store.records()) {
    if (record.state !== "received" || record.book !== book || !record.fields) continue;
    const photos = (record.photos ?? []).map((photo) => ({ ...photo, sent: false }));
    await store.change(record.id, (now) => (now.state === "received" ? { ...now, photos, state: "ready" } : null));
  }
  for (const { id, cursor } of pack.books) if (id === book) await store.set(`cursor/${id}`, cursor);
  return { answer: pack, reset: true };
}

async function told(book, answer) {
  const about = new Map((answer.vouchers ?? []).map((voucher) => [voucher.voucher, voucher]));
  if (about.size) {
    for (const record of await store.records()) {
      const news = about.get(record.id);
      if (news) await store.change(record.id, (now) => after(now, news));
    }
  }
  const joined = (answer.gone ?? []).filter((one) => one.kind === "client");
  for (const one of joined) if (one.now) await rename(one.id, one.now);
  const gone = new Set(joined.map((one) => one.id));
  const known = new Map((answer.clients ?? []).map((client) => [client.id, client]));
  if (!gone.size && !known.size) return;
  const pack = await store.pack();
  const kept = pack.clients.filter((client) => client.book !== book || (!gone.has(client.id) && !known.has(client.id)));
  await store.keepPack({ ...pack, clients: [...kept, ...known.values()] });
}

/* A client is known under another id: what has not left the phone yet names that one. */
export async function rename(old, known) {
  for (const record of await store.records()) {
    if (record.fields?.client !== old || record.tried?.length || record.state === "received") continue;
    await store.change(record.id, (now) => ({ ...now, fields: { ...now.fields, client: known } }));
  }
}

/* What is being changed on the phone stays as it is; only what was received follows the server. */
function after(record, news) {
  if (!["received", "returned", "void"].includes(record.state)) return null;
  const receipt = { ...record.receipt, state: news.state, revision: news.revision, posting_month: news.posting_month, number: news.number };
  switch (news.state) {
    case "returned":
      return { ...record, receipt, state: "returned", reason: news.reason ?? "" };
    case "withdrawn":
    case "reversed":
      return { ...record, receipt, state: "void", reason: news.reason ?? "" };
    default:
      return { ...record, receipt, state: "received" };
  }
}
