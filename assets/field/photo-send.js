// Photos follow the record they belong to, one by one.

import * as store from "./store.js";
import { ask } from "./wire.js";

/* A photo on one bar of signal. */
const PATIENCE = 180_000;

/* Sends every photo whose record has arrived; the last outcome, or `nothing`. */
export async function sendPhotos() {
  let outcome = { nothing: true };
  for (const record of await store.records()) {
    if (record.state !== "received" && record.state !== "returned") continue;
    for (const photo of record.photos ?? []) {
      if (photo.sent || photo.refused) continue;
      const bytes = await store.photo(record.id, photo.digest);
      if (!bytes) continue;
      outcome = await sendPhoto(record, photo, bytes);
      if (outcome.signedOut || "later" in outcome) return outcome;
      await settle(record, photo, outcome);
    }
  }
  return outcome;
}

function sendPhoto(record, photo, bytes) {
  const address = `/api/v1/photos/${record.book}/${record.voucher ?? record.id}/${photo.digest}`;
  const headers = { "content-type": "image/jpeg", "x-cunxin": "photo" };
  return ask(address, { method: "POST", headers, body: bytes, patience: PATIENCE });
}

/* 404: its record is not in yet after all; the next round tries again. */
function settle(record, photo, outcome) {
  const news = outcome.answer ? { sent: true } : outcome.refused === 404 ? null : { refused: outcome.detail };
  if (!news) return null;
  const told = (one) => (one.digest === photo.digest ? { ...one, ...news } : one);
  return store.change(record.id, (now) => ({ ...now, photos: now.photos.map(told) }));
}
