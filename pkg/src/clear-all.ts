// Stored copies of answers without what stores them: it could not be loaded, and what is one person's must not stay.

/** What all that is stored is named after (src/browser/cache/database.ts). */
const NAME = 'steadfetch:cache:1';

/** Deletes everybody's copies, and has other tabs forget theirs. */
export async function clearAll(): Promise<void> {
  try {
    new BroadcastChannel(NAME).postMessage({ clear: null });
    await new Promise((done, fail) => {
      const request = indexedDB.deleteDatabase(NAME);
      request.onsuccess = done;
      request.onerror = request.onblocked = () => fail(request.error);
    });
    for (const room of await caches.keys()) if (room.startsWith(NAME)) await caches.delete(room);
  } catch (cause) {
    throw new TypeError('Stored copies cannot be cleared.', { cause });
  }
}
