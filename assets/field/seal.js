// Sealing: what lies on the phone, and what is carried to the office, is written in AES-GCM.

const text = new TextEncoder();
const read = new TextDecoder();

/* A key that never leaves this browser: even our own scripts cannot read it out. */
export const newKey = () => crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);

/* Bytes under a key, bound to where they lie: what is moved elsewhere does not open. */
export async function seal(key, place, bytes) {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const how = { name: "AES-GCM", iv, additionalData: text.encode(place) };
  return { iv, data: await crypto.subtle.encrypt(how, key, bytes) };
}

export async function open(key, place, { iv, data }) {
  const how = { name: "AES-GCM", iv, additionalData: text.encode(place) };
  return new Uint8Array(await crypto.subtle.decrypt(how, key, data));
}

export const toBytes = (value) => text.encode(JSON.stringify(value));
export const fromBytes = (bytes) => JSON.parse(read.decode(bytes));

/* A key made from a passphrase, slowly, so that trying many costs much. */
export async function keyFrom(passphrase, salt, rounds) {
  const base = await crypto.subtle.importKey("raw", text.encode(passphrase.normalize("NFKC")), "PBKDF2", false, ["deriveKey"]);
  const how = { name: "PBKDF2", hash: "SHA-256", salt, iterations: rounds };
  return crypto.subtle.deriveKey(how, base, { name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
}

/* Bytes as base64 and back, in pieces: a call takes only so many arguments. */
export function toBase64(bytes) {
  let out = "";
  for (let at = 0; at < bytes.length; at += 0x8000) out += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  return btoa(out);
}

export const fromBase64 = (base64) => Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));

export async function digest(bytes) {
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return [...hash].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
