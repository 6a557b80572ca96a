// A service worker that only sends what waits in the outbox, when the browser wakes it for that.
import { createSteadfetch } from 'steadfetch/worker';

const steady = createSteadfetch({ defaults: { retry: false, breaker: false, budget: false } });
const outcomes: string[] = [];
steady.on('outbox', ({ change }) => outcomes.push(change));

addEventListener('message', async ({ source, data }) => {
  if (data === 'flush') await steady.outbox.flush();
  source?.postMessage(outcomes);
});
