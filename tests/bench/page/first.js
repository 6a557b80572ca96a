// How long the very first call waits for the engine.
import './stub.js';
import { createSteadfetch } from 'steadfetch';

const stub = globalThis.fetch;
let entered;
globalThis.fetch = (input, init) => {
  entered ??= performance.now();
  return stub(input, init);
};

/** A call that the engine may have other plans for than to send it. */
const DECIDED = { bulkhead: { concurrent: 6 } };

/** Milliseconds from before the client is made until the network is asked, and until its answer is handed over. */
globalThis.first = async (decided) => {
  const began = performance.now();
  const steady = createSteadfetch(decided ? { defaults: DECIDED } : undefined);
  await steady.fetch('/api/orders');
  const answered = performance.now() - began;
  if (steady.state !== 'active') throw new Error(`steadfetch is ${steady.state}`);
  return { asked: entered - began, answered };
};
