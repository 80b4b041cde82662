// What the phone keeps, sealed, one person's apart from another's.
//
// IndexedDB "cunxin": `users` holds a key for each person who has signed in here and who of them is here now, `things`
// everything of theirs under [person, kind, id], each sealed with that key, `lease` small marks of the phone itself. A
// change is told to every tab. Nothing is in localStorage: a phone that dies seconds later would have lost it.

import { fromBytes, newKey, open as unseal, seal, toBytes } from "./seal.js";

let opening = null;
let me = null;
const listeners = new Set();
const channel = "BroadcastChannel" in self ? new BroadcastChannel("cunxin") : null;
/* Opened records by id, with the writing they were opened from. */
const opened = new Map();

/* ---- The database ---- */

function database() {
  opening ??= new Promise((resolve, reject) => {
    const ask = indexedDB.open("cunxin", 1);
    ask.onupgradeneeded = () => {
      ask.result.createObjectStore("users", { keyPath: "id" });
      ask.result.createObjectStore("things");
      ask.result.createObjectStore("lease");
    };
    ask.onsuccess = () => {
      // A newer page wants to change the database: this one lets go and opens it anew when it needs it.
      ask.result.onversionchange = () => (ask.result.close(), (opening = null));
      ask.result.onclose = () => (opening = null);
      resolve(ask.result);
    };
    ask.onerror = () => ((opening = null), reject(failure(ask.error)));
  });
  return opening;
}

/* A full phone has its own code: whoever shows a form keeps it on the screen then. */
function failure(error) {
  const full = error?.name === "QuotaExceededError" || error?.inner?.name === "QuotaExceededError";
  const said = new Error(error?.message ?? "the phone's store cannot be used", { cause: error });
  said.code = full ? "storage.full" : "storage.failed";
  return said;
}

/* One transaction; `work` gets the store and hands back a request, whose result comes when all is on disk. */
export async function inside(store, mode, work) {
  const base = await database();
  return new Promise((resolve, reject) => {
    let transaction;
    try {
      transaction = base.transaction(store, mode, { durability: "strict" });
    } catch (error) {
      opening = null;
      return reject(failure(error));
    }
    let request;
    transaction.oncomplete = () => resolve(request?.result);
    transaction.onabort = () => reject(failure(transaction.error));
    request = work(transaction.objectStore(store));
  });
}

const all = (kind) => IDBKeyRange.bound([me.id, kind], [me.id, kind, []]);
const place = (kind, id) => `${me.id}/${kind}/${id}`;

async function write(kind, id, bytes) {
  const { id: user, key } = me;
  const sealed = await seal(key, `${user}/${kind}/${id}`, bytes);
  await inside("things", "readwrite", (things) => things.put({ ...sealed, mark: mark() }, [user, kind, id]));
  tell();
}

/* Tells one writing from the next. */
const mark = () => crypto.getRandomValues(new Uint32Array(2)).join("-");

async function read(kind, id) {
  const row = await inside("things", "readonly", (things) => things.get([me.id, kind, id]));
  return row ? unseal(me.key, place(kind, id), row) : null;
}

/* ---- Who ---- */

/* Everyone who has something on this phone; names are sealed like the rest, so only ids. */
export const users = async () => (await inside("users", "readonly", (table) => table.getAll())).map((row) => row.id);

/* Who used it last and has not signed out. */
export async function last() {
  const rows = await inside("users", "readonly", (table) => table.getAll());
  return rows.find((row) => row.here)?.id ?? null;
}

export const current = () => me?.id ?? null;

/* From here on everything is this person's. */
export async function use(id) {
  let row = await inside("users", "readonly", (table) => table.get(id));
  if (!row) {
    row = { id, key: await newKey() };
    // Another tab may have been quicker: its key stays.
    await inside("users", "readwrite", (table) => table.add(row)).catch(() => null);
    row = await inside("users", "readonly", (table) => table.get(id));
  }
  if (me?.id !== id) opened.clear();
  me = row;
  if ((await last()) !== id) {
    await here(id);
    channel?.postMessage("user");
  }
  tell();
}

/* One person is here, or nobody. */
const here = (id) =>
  inside("users", "readwrite", (table) => {
    const look = table.getAll();
    look.onsuccess = () => look.result.forEach((row) => Boolean(row.here) !== (row.id === id) && table.put({ ...row, here: row.id === id }));
    return look;
  });

/* Nobody: what is kept stays sealed until its owner signs in again. */
export async function leave() {
  me = null;
  opened.clear();
  await here(null);
  channel?.postMessage("user");
}

/* Everything of this person goes, the key too. */
export async function forget() {
  const { id } = me;
  await inside("things", "readwrite", (things) => things.delete(IDBKeyRange.bound([id], [id, []])));
  await inside("users", "readwrite", (table) => table.delete(id));
  await leave();
}

/* ---- The pack, and settings ---- */

export async function pack() {
  const bytes = await read("pack", "field");
  return bytes && fromBytes(bytes);
}

export const keepPack = (json) => write("pack", "field", toBytes(json));

export async function setting(name) {
  const bytes = await read("setting", name);
  return bytes ? fromBytes(bytes) : null;
}

export const set = (name, value) => write("setting", name, toBytes(value));

/* ---- Records ---- */

/* All records, oldest first. */
export async function records() {
  if (!me) return [];
  const rows = new Map();
  await inside("things", "readonly", (things) => {
    const cursor = things.openCursor(all("record"));
    cursor.onsuccess = () => {
      if (!cursor.result) return;
      rows.set(cursor.result.key[2], cursor.result.value);
      cursor.result.continue();
    };
    return cursor;
  });
  const found = await Promise.all([...rows].map(([id, row]) => opening_of(id, row)));
  return found.filter(Boolean).sort((a, b) => (a.created < b.created ? -1 : a.created > b.created ? 1 : a.id < b.id ? -1 : 1));
}

/* A copy each time: what a page does to its copy is not kept until it says so. */
async function opening_of(id, row) {
  const known = opened.get(id);
  if (known?.mark === row.mark) return structured(known.record);
  try {
    const record = fromBytes(await unseal(me.key, place("record", id), row));
    opened.set(id, { mark: row.mark, record });
    return structured(record);
  } catch {
    return null; // damaged: left where it lies
  }
}

const structured = (value) => JSON.parse(JSON.stringify(value));

export async function record(id) {
  const row = await lying(id);
  return row ? opening_of(id, row) : null;
}

export async function keep(changed) {
  const now = new Date().toISOString();
  changed.created ??= now;
  changed.changed = now;
  for (;;) {
    const row = await lying(changed.id);
    catchUp(changed, row && (await opening_of(changed.id, row)));
    if (await swap(changed.id, row, changed)) return changed;
  }
}

const lying = (id) => inside("things", "readonly", (things) => things.get([me.id, "record", id]));

/* Puts a record in the place of `row`; whether nobody had written there meanwhile, in any tab. */
async function swap(id, row, after) {
  const { id: user, key } = me;
  const sealed = { ...(await seal(key, `${user}/record/${id}`, toBytes(after))), mark: mark() };
  let won = false;
  await inside("things", "readwrite", (things) => {
    const look = things.get([user, "record", id]);
    look.onsuccess = () => {
      won = look.result?.mark === row?.mark;
      if (won) things.put(sealed, [user, "record", id]);
    };
    return look;
  });
  if (won) tell();
  return won;
}

/* A form writes what it has, but what came of an earlier sending meanwhile is not forgotten over it. */
function catchUp(changed, lying) {
  const revision = lying?.receipt?.revision ?? 0;
  if (revision > (changed.receipt?.revision ?? 0)) {
    changed.receipt = lying.receipt;
    changed.base_revision = Math.max(changed.base_revision ?? 0, revision);
  }
  if (lying?.tried?.length) changed.tried = [...new Set([...(changed.tried ?? []), ...lying.tried])];
}

/*
 * Changes a record as it lies, whichever tab wrote it last: `work` is given the newest and hands back what to
 * keep, or nothing to leave it. Written only if nobody else wrote meanwhile, else once more.
 */
export async function change(id, work) {
  for (;;) {
    const row = await lying(id);
    const before = row && (await opening_of(id, row));
    const after = before && work(before);
    if (!after) return before ?? null;
    after.changed = new Date().toISOString();
    if (await swap(id, row, after)) return after;
  }
}

export async function drop(id) {
  await inside("things", "readwrite", (things) => {
    things.delete(IDBKeyRange.bound([me.id, "photo", `${id}/`], [me.id, "photo", `${id}/~`]));
    return things.delete([me.id, "record", id]);
  });
  opened.delete(id);
  tell();
}

/* ---- Photos: their bytes, apart from the record that names them ---- */

export const keepPhoto = (recordId, photo) => write("photo", `${recordId}/${photo.digest}`, photo.bytes);

export const photo = (recordId, digest) => read("photo", `${recordId}/${digest}`);

export async function dropPhoto(recordId, digest) {
  await inside("things", "readwrite", (things) => things.delete([me.id, "photo", `${recordId}/${digest}`]));
  tell();
}

/* [{digest, bytes}] of a record. */
export async function photos(recordId) {
  const range = IDBKeyRange.bound([me.id, "photo", `${recordId}/`], [me.id, "photo", `${recordId}/~`]);
  const keys = await inside("things", "readonly", (things) => things.getAllKeys(range));
  return Promise.all(keys.map(async ([, , id]) => ({ digest: id.split("/")[1], bytes: await read("photo", id) })));
}

/* ---- Telling ---- */

/* Called after any change, here or in another tab: with "user" when somebody else uses the phone now. */
export function subscribe(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function tell() {
  channel?.postMessage("changed");
  for (const listener of listeners) listener("changed");
}

if (channel) channel.onmessage = ({ data }) => listeners.forEach((listener) => listener(data));
