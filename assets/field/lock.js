// One tab at a time sends.

import { inside } from "./store.js";

/* How long a tab without Web Locks may be silent before another takes over. */
const LEASE = 90_000;
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
  try {
    await work();
  } finally {
    clearInterval(renewal);
    await inside("lease", "readwrite", (lease) => lease.delete(name));
  }
  return true;
}

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
