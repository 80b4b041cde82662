// Signing out where there is no network: the server's session is ended as soon as it can be, before anybody else is
// served by it.

const OWED = "cunxin.leaving";

/* From now on this session is to be ended. */
export const owe = (token) => localStorage.setItem(OWED, token);

/* Somebody has signed in since: their session is none of the ones to end. */
export const forgive = () => localStorage.removeItem(OWED);

/* Ends the session; whether nothing is left to end. */
export async function settleDebt() {
  const token = localStorage.getItem(OWED);
  if (token === null) return true;
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), 8000);
  try {
    await fetch("/sign-out", { method: "POST", body: new URLSearchParams({ _csrf: token }), signal: stop.signal, redirect: "manual" });
    forgive();
    return true;
  } catch {
    return false;
  } finally {
    clearTimeout(timer);
  }
}
