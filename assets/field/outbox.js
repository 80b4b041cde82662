// The outbox: what is ready goes out, in order, as often as it takes, and counts as received only on a receipt.
//
// A record's command id is on disk before it is first sent, and stays the same until its content changes, so
// sending again what was answered into the void changes nothing on the server.

import { due, item } from "./batch.js";
import * as changes from "./changes.js";
import { uuid7 } from "./ids.js";
import { alone } from "./lock.js";
import { sendPhotos } from "./photo-send.js";
import { applied, later, overtaken, unreadable } from "./results.js";
import * as store from "./store.js";
import { ask } from "./wire.js";

/* The first pause after a failure, and the longest; each is twice the one before, less a random part. */
const PAUSE = 5_000;
const LONGEST = 600_000;
const TICK = 30_000;
/* Days that what was received stays on the phone, so that a restored server can be filled again. */
export const RETENTION_DAYS = 35;

const condition = {
  waiting: 0, drafts: 0, problem: 0, sending: false, signedOut: false, otherUser: false, offline: false,
  lastTry: null, lastAnswer: null, skew: null, error: null,
};
const listeners = new Set();
let failures = 0;
let running = null;
let onceMore = false;
let notBefore = 0; // by performance.now(): the phone's clock may be set while we wait

export const state = () => ({ ...condition });

export function subscribe(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function say(news) {
  Object.assign(condition, news);
  for (const listener of listeners) listener(state());
}

/* Begins: now, and whenever there may be a network again. */
export function start() {
  const later = (why) => () => document.visibilityState === "visible" && send(why);
  addEventListener("online", later("online"));
  addEventListener("pageshow", (event) => event.persisted && send("shown"));
  document.addEventListener("visibilitychange", later("shown"));
  setInterval(() => send("timer"), TICK);
  navigator.serviceWorker?.addEventListener("message", ({ data }) => data?.do === "send" && send("online"));
  let timer = 0;
  store.subscribe(() => {
    clearTimeout(timer);
    timer = setTimeout(count, 50);
  });
  count();
  return send("start");
}

async function count() {
  const all = await store.records();
  const of = (fits) => all.filter(fits).length;
  const wrong = (record) => record.state === "draft" && record.problems?.length > 0;
  say({
    waiting: of(({ state }) => state === "ready" || state === "sending"),
    drafts: of(({ state }) => state === "draft"),
    problem: of((record) => ["problem", "returned"].includes(record.state) || wrong(record)),
  });
}

/* A record is complete: it goes out with the next sending. A content of its own gets an id of its own. */
export async function ready(record) {
  const complete = { command: uuid7(), device_time: new Date().toISOString(), state: "ready", problems: [] };
  await store.keep({ ...record, ...complete });
  Object.assign(record, complete); // only now: a full phone leaves it the draft it was
  navigator.serviceWorker?.ready.then((worker) => worker.sync?.register("outbox")).catch(() => null);
  send("ready");
}

/* Sends what is ready. `why` "user" (a person asked), "ready", "online" and "shown" do not wait for the next try. */
export async function send(why = "timer") {
  if (!store.current()) return false;
  if (why === "timer" && performance.now() < notBefore) return false;
  // What came while this tab is at it goes out right after.
  if (running) {
    onceMore ||= why !== "timer";
    return running;
  }
  running = rounds().finally(() => (running = null));
  return running;
}

async function rounds() {
  let ran;
  do {
    onceMore = false;
    ran = await alone("cunxin-send", round).catch((error) => {
      say({ error: error.code ?? String(error) });
      return false;
    });
  } while (onceMore);
  return ran;
}

async function round() {
  say({ sending: true, lastTry: new Date().toISOString(), error: null });
  try {
    // A restored server asks for what it has lost: then once more.
    for (let turn = 0; turn < 2; turn += 1) {
      if (!(await deliverAll())) return;
      if (!judge(await sendPhotos())) return;
      const pulled = await changes.pull();
      if (!judge(pulled)) return;
      if (pulled.server_time) await wipe(Date.parse(pulled.server_time));
      if (!pulled.reset) return;
    }
  } finally {
    say({ sending: false });
    await count();
  }
}

async function deliverAll() {
  const tried = new Set();
  for (;;) {
    const batch = due(await store.records(), tried);
    if (!batch.length) return true;
    batch.forEach((record) => tried.add(record.id));
    if (!(await deliver(batch))) return false;
  }
}

/* Sends some records; whether to go on with others. */
async function deliver(batch) {
  const marked = (await Promise.all(batch.map(mark))).filter((record) => record?.state === "sending");
  if (!marked.length) return true;
  const all = await store.records();
  const body = JSON.stringify({ user: store.current(), device: await device(), items: marked.map((record) => item(record, [...marked, ...all])) });
  const headers = { "content-type": "application/json", "x-cunxin": "sync" };
  const outcome = await ask("/api/v1/sync", { method: "POST", headers, body }, (json) => Array.isArray(json.results));
  const { answer, refused } = outcome;
  if (answer) say({ skew: skewed(answer.server_time, await store.pack()) });
  const other = outcome.code === "sync.other_user";
  if (refused && !other && marked.length > 1) {
    // One of them cannot be read: the others must not wait for it.
    const half = Math.ceil(marked.length / 2);
    return (await deliver(marked.slice(0, half))) && deliver(marked.slice(half));
  }
  const told = new Map((answer?.results ?? []).map((result) => [result.id, result]));
  for (const sent of marked) {
    const result = refused && !other ? unreadable(sent, outcome) : told.get(sent.command) ?? later(sent);
    await settle(sent, result, answer?.server_time);
  }
  return refused && !other ? true : judge(outcome);
}

/* Minutes by which the phone's clock is off, where that is more than five; a demonstration stands on its own day. */
function skewed(serverTime, pack) {
  const minutes = Math.round((Date.now() - Date.parse(serverTime)) / 60_000);
  return pack?.demo || !(Math.abs(minutes) > 5) ? null : minutes;
}

/* On its way: said on disk first, so that a page killed now knows that it may have arrived. */
async function mark(record) {
  const sending = (now) => {
    if (!["ready", "sending"].includes(now.state)) return null;
    const command = now.command ?? uuid7();
    const tried = [...new Set([...(now.tried ?? []), command])];
    return { ...now, state: "sending", command, tried, sent_at: new Date().toISOString() };
  };
  try {
    return await store.change(record.id, sending);
  } catch (error) {
    // A full phone must not keep a record from leaving it: its id is on disk already.
    if (error.code !== "storage.full" || !record.command) throw error;
    say({ error: error.code });
    return sending(record);
  }
}

/* What the server said about one record, onto the record as it lies now. */
async function settle(sent, result, serverTime) {
  const same = (now) => now.command === sent.command && ["sending", "ready"].includes(now.state);
  const after = await store.change(sent.id, (now) => (same(now) ? applied(now, result, serverTime) : overtaken(now, result)));
  if (after?.state !== "received") return;
  if (after.door === "withdrawal") {
    await store.change(after.voucher, (record) => ({ ...record, state: "void", receipt: { ...record.receipt, state: "withdrawn" } }));
  }
  if (after.door === "reversal") await store.change(after.voucher, (record) => ({ ...record, reversal: "asked" }));
  if (after.door === "client" && after.client && after.client !== after.id) await changes.rename(after.id, after.client);
}

/* What an answer means for the next try; whether to go on now. */
function judge(outcome) {
  if (outcome.answer || outcome.nothing) {
    failures = 0;
    notBefore = 0;
    if (outcome.answer) say({ signedOut: false, otherUser: false, offline: false, lastAnswer: new Date().toISOString() });
    return true;
  }
  if (outcome.signedOut) say({ signedOut: true, offline: false });
  else if (outcome.code === "sync.other_user") say({ otherUser: true, offline: false });
  else if (outcome.refused) return true;
  else say({ offline: outcome.offline });
  failures += 1;
  // Half the pause is certain, half is chance: phones that lost the same server do not come back together.
  const pause = Math.min(PAUSE * 2 ** (failures - 1), LONGEST);
  notBefore = performance.now() + (outcome.later ?? pause / 2 + (Math.random() * pause) / 2);
  return false;
}

async function device() {
  const known = await store.setting("device");
  if (known) return known;
  const fresh = uuid7();
  await store.set("device", fresh).catch(() => null);
  return fresh;
}

/* Contents that the server has had for long enough leave the phone. By the server's clock, not the phone's. */
async function wipe(serverNow) {
  const oldest = serverNow - RETENTION_DAYS * 86_400_000;
  for (const record of await store.records()) {
    const done = ["received", "void"].includes(record.state);
    if (done && record.received_at && Date.parse(record.received_at) < oldest) await store.drop(record.id);
  }
}

/* A full phone: photos the server has go first. Whether there were any. */
export async function makeRoom() {
  let freed = false;
  for (const record of await store.records()) {
    for (const photo of record.photos ?? []) {
      if (!photo.sent || record.state !== "received") continue;
      await store.dropPhoto(record.id, photo.digest);
      freed = true;
    }
  }
  return freed;
}
