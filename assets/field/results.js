// What the server says about a record, and what becomes of the record by it. Nothing here touches page or store.

import { uuid7 } from "./ids.js";

const problem = (code, zh, en) => [{ code, field: "", severity: "refuse", say: { zh, en } }];

/* For what got no answer: as it was, to be sent again. */
export const later = (record) => ({ id: record.command, status: "retry" });

/* For what the server could not even read. */
export function unreadable(record, { code, detail }) {
  return { id: record.command, status: "forbidden", issues: [{ code, field: "", severity: "refuse", say: { zh: detail, en: detail } }] };
}

/* The record after its answer. */
export function applied(record, result, serverTime) {
  const issues = result.issues ?? [];
  switch (result.status) {
    case "created":
    case "same":
      return received(record, result, serverTime);
    case "held":
      return result.receipt ? received(record, result, serverTime) : { ...record, state: "ready", problems: issues, waiting_for: result.waiting_for ?? [] };
    case "invalid":
      // Back to the drafts; its id was not used up.
      return { ...record, state: "draft", problems: issues, tried: [] };
    case "forbidden":
      return { ...record, state: "problem", problems: issues.length ? issues : problem("sync.forbidden", "服务器没有接受：您的账号现在不能记这一条。", "The server did not take it: your account may not record this now.") };
    case "stale_version":
    case "different_content":
      return conflicting({ ...record, current: null }, result);
    default:
      return { ...record, state: "ready" };
  }
}

/* The record was changed while it was on its way: it goes on from what has arrived. */
export function overtaken(record, { receipt, client }) {
  if (!receipt) return null;
  return { ...record, receipt, client: client ?? record.client, base_revision: Math.max(record.base_revision ?? 0, receipt.revision), tried: [] };
}

function received(record, result, serverTime) {
  const { tried, waiting_for, current, ...rest } = record;
  return {
    ...rest,
    state: result.receipt?.state === "withdrawn" && record.door !== "withdrawal" ? "void" : "received",
    problems: result.issues ?? [],
    receipt: result.receipt ?? record.receipt ?? null,
    client: result.client ?? record.client ?? null,
    received_at: serverTime ?? new Date().toISOString(),
  };
}

/*
 * The server has another version than the one this builds on. If an earlier sending of ours arrived without our
 * hearing of it, that is ours too, and this goes on from there; else the person decides.
 */
function conflicting(record, result) {
  const { current } = result;
  const ours = (record.tried ?? []).some((command) => command !== record.command);
  if (ours && current && ["submitted", "returned", "held"].includes(current.state)) {
    return { ...record, state: "ready", command: uuid7(), tried: [], base_revision: current.revision };
  }
  // It does not know the record at all: the database was restored. Then this is its first version again.
  if (!current && result.status === "stale_version" && record.base_revision > 0) {
    return { ...record, state: "ready", command: uuid7(), tried: [], base_revision: 0 };
  }
  const said = result.issues?.length
    ? result.issues
    : problem(`sync.${result.status}`, "服务器上的这条记录已经变了，请核对后再改。", "The record has changed on the server. Look at it before you change it.");
  // Whoever sends it again has seen that, and builds on what the server has.
  return { ...record, state: "problem", problems: said, current: current ?? null, base_revision: current?.revision ?? record.base_revision };
}
