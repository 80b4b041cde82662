// Which records go out together, and as what. Nothing here touches the page or the store.

/* The most one request carries, in records and bytes; the server reads 2 MB. */
const MOST = 100;
const LARGEST = 1_500_000;

const out = (record) => record.state === "ready" || record.state === "sending";

/*
 * The next records to send, at most a hundred, each after those it depends on; not those in `tried`, nor any that
 * wait for a record which is not complete.
 */
export function due(records, tried) {
  const byId = new Map();
  for (const record of records) {
    byId.set(record.id, record);
    if (record.command) byId.set(record.command, record);
  }
  const batch = new Set();
  let size = 0;
  const take = (record, above) => {
    if (batch.has(record) || tried.has(record.id)) return true;
    if (!out(record) || above.has(record)) return record.state === "received";
    const parents = (record.depends_on ?? []).map((id) => byId.get(id)).filter(Boolean);
    if (!parents.every((parent) => take(parent, new Set([...above, record])))) return false;
    const length = JSON.stringify(record.fields).length * 3 + 1000;
    if (batch.size >= MOST || (batch.size && size + length > LARGEST)) return false;
    size += length;
    batch.add(record);
    return true;
  };
  for (const record of records) if (out(record)) take(record, new Set());
  return [...batch];
}

/* One record as the contract sends it. What it depends on is named by the id it was, or is, sent under. */
export function item(record, all) {
  // One that is on the phone no more was received long ago, or the server will say that it is missing.
  const named = (id) => all.find((other) => other.id === id || other.command === id)?.command ?? [];
  return {
    id: record.command,
    door: record.door,
    book: record.book,
    voucher: record.voucher ?? record.id,
    base_revision: record.base_revision ?? 0,
    depends_on: (record.depends_on ?? []).flatMap(named),
    device_time: record.device_time ?? record.changed,
    fields: written(record.fields),
  };
}

/* A form's values are text, or several texts; what is empty is left out. */
function written(fields) {
  const text = (value) => (Array.isArray(value) ? value.map(String) : String(value));
  const given = Object.entries(fields).filter(([, value]) => value !== null && value !== undefined);
  return Object.fromEntries(given.map(([name, value]) => [name, text(value)]));
}
