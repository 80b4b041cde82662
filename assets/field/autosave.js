// Every keystroke's state goes to disk at once: a browser killed at any moment loses at most what its last event
// loop held. One writing at a time; what changes meanwhile is written next.

export function autosave(store, record, full) {
  let dirty = false;
  let busy = null;

  async function write() {
    while (dirty) {
      dirty = false;
      try {
        await store.keep(record);
        full(false);
      } catch (error) {
        // The form stays on the screen, and the next keystroke tries again.
        full(error);
        return false;
      }
    }
    return true;
  }

  const flush = () => {
    busy ??= write().finally(() => (busy = null));
    return busy;
  };

  return {
    changed() {
      dirty = true;
      return flush();
    },
    flush: async () => (await flush()) && (dirty ? flush() : true),
  };
}
