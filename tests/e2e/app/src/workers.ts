// Every kind of worker, each asked for one call.
import type { Policy, SteadfetchOptions } from 'steadfetch';
import type { Asked } from './answer';

export function dedicated(url: string, _scope?: string, policy?: Policy): Promise<unknown> {
  const worker = new Worker(new URL('./dedicated-worker.ts', import.meta.url), { type: 'module' });
  return ask(worker, worker, { url, policy });
}

export function shared(url: string, _scope?: string, policy?: Policy): Promise<unknown> {
  const { port } = new SharedWorker(new URL('./shared-worker.ts', import.meta.url), { type: 'module' });
  port.start();
  return ask(port, port, { url, policy });
}

/** A worker whose client has these options. */
export function told(url: string, options: SteadfetchOptions): Promise<unknown> {
  const worker = new Worker(new URL('./telemetry-worker.ts', import.meta.url), { type: 'module' });
  return new Promise((told) => {
    worker.addEventListener('message', ({ data }) => told(data), { once: true });
    worker.postMessage({ url, options });
  });
}

const lastings = new Map<string, Worker | MessagePort>();

/** The same, by a worker that stays and keeps its client. */
export function lasting(
  kind: 'dedicated' | 'shared',
  url: string,
  policy: Policy,
  own = false,
): Promise<unknown> {
  let worker = lastings.get(kind);
  if (!worker) {
    if (kind === 'dedicated') {
      worker = new Worker(new URL('./dedicated-worker.ts', import.meta.url), { type: 'module' });
    } else {
      const { port } = new SharedWorker(new URL('./shared-worker.ts', import.meta.url), { type: 'module' });
      port.start();
      worker = port;
    }
    lastings.set(kind, worker);
  }
  return ask(worker, worker, { url, policy, own });
}

/** A service worker for the pages below `scope`, once it is active. */
export async function install(scope: string, script = '/service-worker.js'): Promise<ServiceWorker> {
  const registration = await navigator.serviceWorker.register(script, {
    type: 'module',
    scope,
  });
  const worker = registration.installing ?? registration.waiting ?? registration.active!;
  if (worker.state !== 'activated') {
    await new Promise<void>((done) =>
      worker.addEventListener('statechange', () => worker.state === 'activated' && done()),
    );
  }
  return worker;
}

export async function service(url: string, scope: string, policy?: Policy): Promise<unknown> {
  const worker = await install(scope);
  navigator.serviceWorker.startMessages();
  return ask(worker, navigator.serviceWorker, { url, policy });
}

function ask(to: { postMessage(data: Asked): void }, from: EventTarget, asked: Asked): Promise<unknown> {
  return new Promise((told, failed) => {
    from.addEventListener('message', (event) => told((event as MessageEvent).data), { once: true });
    from.addEventListener('error', () => failed(new Error('the worker failed to start')), { once: true });
    to.postMessage(asked);
  });
}
