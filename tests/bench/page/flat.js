// Counts what a client leaves behind: timers here; listeners and bytes are counted from outside.
import './stub.js';
import { createSteadfetch } from 'steadfetch';

const timers = new Set();
const { setTimeout: set, clearTimeout: clear } = globalThis;
globalThis.setTimeout = /** @type {typeof setTimeout} */ (
  (run, wait) => {
    const timer = set(() => {
      timers.delete(timer);
      run();
    }, wait);
    timers.add(timer);
    return timer;
  }
);
globalThis.clearTimeout = (timer) => {
  timers.delete(timer);
  clear(timer);
};

let memory;
const instantiate = WebAssembly.instantiate;
WebAssembly.instantiate = /** @type {any} */ (
  async (source, imports) => {
    const made = await instantiate(source, imports);
    memory = (made.instance ?? made).exports.memory;
    return made;
  }
);

const steady = createSteadfetch();
// One signal for all, as long-lived as the page.
const { signal } = new AbortController();

globalThis.flat = {
  ready: steady.ready,
  async run(calls) {
    for (let index = 0; index < calls; index++) {
      await steady.fetch(`/api/orders/${index % 1000}`, index % 2 ? { signal } : undefined);
    }
  },
  timers: () => timers.size,
  wasmBytes: () => memory.buffer.byteLength,
};
