// Signing out where there is no network: the server's session is ended as soon as it can be, before anybody else is
// served by it.

import { inside } from "./store.js";

const OWED = "leaving";

/* From now on this session is to be ended. */
export const owe = (token) => inside("lease", "readwrite", (marks) => marks.put(token, OWED));

/* Somebody has signed in since: their session is none of the ones to end. */
export const forgive = () => inside("lease", "readwrite", (marks) => marks.delete(OWED));

/* Ends the session; whether nothing is left to end. */
export async function settleDebt() {
  const token = await inside("lease", "readonly", (marks) => marks.get(OWED));
  if (token === undefined) return true;
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), 8000);
  try {
    await fetch("/sign-out", { method: "POST", body: new URLSearchParams({ _csrf: token }), signal: stop.signal, redirect: "manual" });
    await forgive();
    return true;
  } catch {
    return false;
  } finally {
    clearTimeout(timer);
  }
}
