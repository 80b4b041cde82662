// One tab at a time sends.

import { inside } from "./store.js";

/*
 * How long a tab without Web Locks may be silent before another takes over. A hidden one may be slower to renew it:
 * then two send, of which the server makes one.
 */
const LEASE = 30_000;
const holder = crypto.getRandomValues(new Uint32Array(2)).join("-");

/* Runs `work` if nobody else is at it; hands back whether it ran. */
export async function alone(name, work) {
  if (navigator.locks) {
    return navigator.locks.request(name, { ifAvailable: true }, async (lock) => {
      if (lock) await work();
      return Boolean(lock);
    });
  }
  if (!(await take(name))) return false;
  const renewal = setInterval(() => take(name), LEASE / 3);
  // A page that is left in the middle lets the next one begin at once.
  const left = () => release(name);
  addEventListener("pagehide", left);
  try {
    await work();
  } finally {
    clearInterval(renewal);
    removeEventListener("pagehide", left);
    await release(name);
  }
  return true;
}

const release = (name) => inside("lease", "readwrite", (lease) => lease.delete(name));

async function take(name) {
  let mine = false;
  await inside("lease", "readwrite", (lease) => {
    const look = lease.get(name);
    look.onsuccess = () => {
      const held = look.result;
      // A lease far in the future was written under another clock, and counts for nothing.
      mine = !held || held.holder === holder || held.until < Date.now() || held.until > Date.now() + LEASE;
      if (mine) lease.put({ holder, until: Date.now() + LEASE }, name);
    };
    return look;
  });
  return mine;
}
