// Asking the server, and what counts as an answer: only our own words. A gateway's page with status 200 is none.

/* A village's network may hang for ever; a request may not. */
const PATIENCE = 60_000;

/*
 * {answer} with our JSON; {signedOut}; {refused: status, code, detail}; or {later: ms or null, offline}: no
 * answer, try again.
 */
export async function ask(address, options = {}, ours = () => true) {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), options.patience ?? PATIENCE);
  try {
    const response = await fetch(address, { credentials: "same-origin", redirect: "error", cache: "no-store", ...options, signal: stop.signal });
    const kind = response.headers.get("content-type") ?? "";
    const json = /\bjson\b/.test(kind) ? await response.json().catch(() => null) : null;
    if (response.ok) return json && ours(json) ? { answer: json, status: response.status } : { later: null, offline: true };
    if (response.status === 429 || response.status >= 500) return { later: after(response), offline: false };
    // Refusals too count only in our own words (RFC 9457).
    if (!json || !("detail" in json)) return { later: null, offline: true };
    if (response.status === 401) return { signedOut: true };
    return { refused: response.status, code: json.code ?? "", detail: json.detail };
  } catch {
    return { later: null, offline: true };
  } finally {
    clearTimeout(timer);
  }
}

/* Retry-After in milliseconds: seconds, or a date; never more than an hour, whatever a clock says. */
function after(response) {
  const said = response.headers.get("retry-after");
  if (!said) return null;
  const wait = /^\d+$/.test(said) ? Number(said) * 1000 : Date.parse(said) - Date.now();
  return Number.isFinite(wait) ? Math.min(Math.max(wait, 0), 3_600_000) : null;
}
