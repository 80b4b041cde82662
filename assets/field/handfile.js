// The outbox as an encrypted file, and back. Without the passphrase it is noise.

import { fromBase64, fromBytes, keyFrom, open, seal, toBase64, toBytes } from "./seal.js";
import * as store from "./store.js";

const KIND = "cunxin.outbox";
/* As OWASP advises for PBKDF2 with SHA-256. */
const ROUNDS = 600_000;
/* The least a passphrase may be: a file can be tried at leisure. */
export const SHORTEST = 10;

/* Twelve digits in fours: 40 bits, behind a key that takes a second to make. Can be read out over a telephone. */
export function suggested() {
  const numbers = crypto.getRandomValues(new Uint32Array(3));
  return [...numbers].map((number) => String(number % 10_000).padStart(4, "0")).join("-");
}

export const unsent = (record) => ["ready", "sending", "draft", "problem"].includes(record.state);

/* Everything that is not on the server, with its photos. */
export async function write(user, passphrase) {
  const records = (await store.records()).filter(unsent);
  const photos = [];
  for (const record of records) {
    for (const { digest, bytes } of await store.photos(record.id)) photos.push({ record: record.id, digest, bytes: toBase64(bytes) });
  }
  const salt = crypto.getRandomValues(new Uint8Array(16));
  const key = await keyFrom(passphrase, salt, ROUNDS);
  const sealed = await seal(key, KIND, toBytes({ user, saved: new Date().toISOString(), records, photos }));
  const file = { kind: KIND, version: 1, rounds: ROUNDS, salt: toBase64(salt), iv: toBase64(sealed.iv), data: toBase64(new Uint8Array(sealed.data)) };
  const handed = new Date().toISOString();
  for (const { id } of records) await store.change(id, (record) => ({ ...record, handed_out: handed })).catch(() => null);
  return { blob: new Blob([JSON.stringify(file)], { type: "application/octet-stream" }), count: records.length };
}

/* {user, saved, records, photos}; rejects with a code: "file.foreign" is no such file, "file.passphrase" does not open. */
export async function read(text, passphrase) {
  const fail = (code) => Object.assign(new Error(code), { code });
  let file;
  try {
    file = JSON.parse(text);
  } catch {
    throw fail("file.foreign");
  }
  if (file?.kind !== KIND || file.version !== 1 || !(file.rounds <= 10_000_000)) throw fail("file.foreign");
  try {
    const key = await keyFrom(passphrase, fromBase64(file.salt), file.rounds);
    return fromBytes(await open(key, KIND, { iv: fromBase64(file.iv), data: fromBase64(file.data) }));
  } catch {
    throw fail("file.passphrase");
  }
}

/*
 * Puts what was read with what this person has here. Ids stay, so nothing counts twice; what is here already stays as
 * it is. Hands back the ids that were added or were here unsent.
 */
export async function take({ records, photos }) {
  const ids = [];
  for (const record of records) {
    ids.push(record.id);
    if (await store.record(record.id)) continue;
    for (const photo of photos.filter((one) => one.record === record.id)) {
      await store.keepPhoto(record.id, { digest: photo.digest, bytes: fromBase64(photo.bytes) });
    }
    await store.keep({ ...record, state: record.state === "sending" ? "ready" : record.state, handed: true });
  }
  return ids;
}
