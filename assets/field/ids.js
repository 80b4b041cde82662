// Ids that the phone makes itself, so that a record sent twice is recognised.

/* A UUIDv7 (RFC 9562): the time first, so that ids sort as they were made; the rest is random. */
export function uuid7(now = Date.now()) {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  let time = BigInt(Math.trunc(now));
  for (let at = 5; at >= 0; at -= 1) {
    bytes[at] = Number(time & 255n);
    time >>= 8n;
  }
  bytes[6] = (bytes[6] & 0x0f) | 0x70;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}
