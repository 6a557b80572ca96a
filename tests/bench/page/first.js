// How long the very first call waits for the engine.
import './stub.js';
import { createSteadfetch } from 'steadfetch';

const stub = globalThis.fetch;
let entered;
globalThis.fetch = (input, init) => {
  entered ??= performance.now();
  return stub(input, init);
};

/** Milliseconds from before the client is made until the network is asked. */
globalThis.first = async () => {
  const began = performance.now();
  const steady = createSteadfetch();
  await steady.fetch('/api/orders');
  if (steady.state !== 'active') throw new Error(`steadfetch is ${steady.state}`);
  return entered - began;
};
