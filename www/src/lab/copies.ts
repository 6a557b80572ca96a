// The stored copies of this visitor. Apps have no list of them: this reads the records where docs/cache.md says that they are, and
// shows none where they are of another layout.
import { userId } from '../net/session';

const NAME = 'steadfetch:cache:1';
const LAYOUT = 1;

export interface Copy {
  route: string;
  /** Epoch ms. */
  came: number;
  bytes: number;
}

interface Kept {
  layout: number;
  key: [owner: unknown, url: string, ...rest: unknown[]];
  came: number;
  bytes: number;
}

/** The newest first. */
export async function listCopies(): Promise<Copy[]> {
  try {
    const known = await indexedDB.databases();
    if (!known.some(({ name }) => name === NAME)) return [];
    const database = await settled(indexedDB.open(NAME));
    try {
      const records = database.transaction('copies').objectStore('copies').getAll();
      return ((await settled(records)) as Kept[])
        .filter(({ layout, key }) => layout === LAYOUT && key[0] === userId)
        .map(({ key, came, bytes }) => ({ route: short(key[1]), came, bytes }))
        .sort((a, b) => b.came - a.came);
    } finally {
      // An open one would keep others from deleting it.
      database.close();
    }
  } catch {
    return [];
  }
}

function settled<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error('the database cannot be read'));
  });
}

function short(url: string): string {
  const { pathname, search } = new URL(url);
  return pathname.replace(/^\/s\/[^/]+/, '') + search;
}
