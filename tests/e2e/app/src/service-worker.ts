// Puts steadfetch under every request of the pages below its scope, and answers messages like the other workers.
import { createSteadfetch } from 'steadfetch/worker';
import { answer } from './answer';

const steady = createSteadfetch({ defaults: { retry: { base: 2, cap: 4 } } });

addEventListener('fetch', (event) => {
  const { request } = event as Event & { request: Request };
  if (request.url.includes('/s/'))
    (event as never as { respondWith(r: unknown): void }).respondWith(steady.fetch(request));
});

addEventListener('message', async ({ data, source }) => source?.postMessage(await answer(data)));
