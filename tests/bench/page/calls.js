// Runs batches of calls, one after the other, in one task: nothing else comes in between.
import { libraries, ready } from './libraries.js';

const { origin } = location;

const workloads = {
  get: (library) => () => library.get('/api/orders'),
  view: (library) => {
    // A view asks for what it shows, with one signal that ends it all.
    const { signal } = new AbortController();
    return (index) => {
      const headers = { accept: 'application/json', authorization: 'Bearer 0123456789abcdef' };
      return library.view(`${origin}/api/orders/${index % 200}?expand=lines`, headers, signal);
    };
  },
  post: (library) => (index) =>
    library.post('/api/orders', { item: index, count: 1, note: 'leave at the door' }),
};

let kept;

/** Calls whose cost in bytes is known, to see whether bytes are measured rightly. */
const known = {
  nothing: () => undefined,
  // 250 compressed pointers of 4 bytes, a header of 8, and an array of 16 around them.
  '1024 bytes': () => (kept = new Array(250)),
};

globalThis.bench = {
  ready: ready.then((states) => states.filter(Boolean)),
  libraries: Object.keys(libraries),
  kept: () => kept,
  /** Milliseconds by the wall clock. */
  async run(workload, library, calls) {
    const call = workloads[workload]?.(libraries[library]) ?? known[library];
    const began = performance.now();
    for (let index = 0; index < calls; index++) {
      const response = await call(index);
      if (response?.status !== 200 && workload) throw new Error(`${library}: no good answer`);
    }
    return performance.now() - began;
  },
};
