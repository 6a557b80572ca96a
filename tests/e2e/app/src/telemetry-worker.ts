// A worker whose calls are told beyond it, also one that serves pages.
import { createSteadfetch, explain } from 'steadfetch/worker-telemetry';

addEventListener('message', async ({ data, source }) => {
  const client = createSteadfetch(data.options);
  await client.ready;
  const outcomes = [];
  for (let call = 0; call < 2; call++) {
    const response = await client.fetch(`${data.url}/orders/${4711 + call}`);
    outcomes.push({ status: response.status, known: explain(response) });
  }
  (source ?? globalThis).postMessage(outcomes);
});
