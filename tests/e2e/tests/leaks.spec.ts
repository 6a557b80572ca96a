// Every channel of a page, watched while secrets go through all that Steadfetch does: which one holds which of them. docs/privacy.md
// has the table. Secrets are plain words, which no mask would know: what holds them back is that nothing lists their places.
import { violations } from '../support/axe';
import { settled } from '../support/notices';
import { button, form, words } from '../support/reports';
import { expect, test } from '../support/test';

/** What is planted where. */
const SECRETS = {
  path: 'marrowfat',
  query: 'quillwort',
  fragment: 'fenugreek',
  header: 'hollyhock',
  'body of a write': 'bluebottle',
  "answer's header": 'toadstool',
  "answer's body": 'buttercup',
  'large answer': 'cloudberry',
  'problem title': 'thistledown',
  'problem detail': 'wolfsbane',
  'error of the app': 'snapdragon',
  partition: 'periwinkle',
  'action id': 'candytuft',
  "page's address": 'sneezewort',
} as const;
type Secret = keyof typeof SECRETS;

const URLS: readonly Secret[] = ['path', 'query', 'fragment'];

/** Who may hold what: what an app asks to be sent, stored and told to its other tabs is its own data. Of any other channel nothing is listed. */
const ALLOWED: Record<string, readonly Secret[]> = {
  'fetch to the app': [...URLS, 'header', 'body of a write'],
  // Writes that wait, and whose they are.
  'IndexedDB steadfetch-outbox': [...URLS, 'header', 'body of a write', 'partition'],
  // Copies of answers, by their URLs.
  'IndexedDB steadfetch:cache:1': ['path', 'query', "answer's header", "answer's body", 'partition'],
  'Cache API': ["answer's header", 'large answer'],
  // Which copy was put: other tabs look for it anew.
  'BroadcastChannel steadfetch:cache:1': ['path', 'query', 'partition'],
  // Whose a report is.
  'localStorage.setItem': ['partition'],
  // What the app's own functions threw, for its developers.
  'console.warn': ['error of the app'],
};

/** What has to come by, or nothing was watched. */
const BUSY = [
  'fetch to the app',
  'fetch to the collector',
  'fetch for reports',
  'console.info',
  'localStorage.setItem',
  'sessionStorage.setItem',
  'IndexedDB steadfetch-outbox',
  'IndexedDB steadfetch:cache:1',
  'Cache API',
  'BroadcastChannel steadfetch:1',
  'BroadcastChannel steadfetch:cache:1',
  'clipboard',
  'DOM',
];

declare global {
  /** What went by each channel. */
  var went: [channel: string, text: string][];
}

/** Watches all ways by which a page can send, store, show or print. */
function watch(): void {
  const went: [string, string][] = [];
  Object.assign(globalThis, { went });
  const plain = (value: unknown): string => {
    const seen = new Set<unknown>();
    const text = (value: unknown): unknown => {
      if (value instanceof ArrayBuffer || ArrayBuffer.isView(value))
        return new TextDecoder().decode(value as ArrayBuffer);
      if (value instanceof Error) return `${value.name} ${value.message} ${String(value.cause)}`;
      if (value instanceof Headers) return [...value].join();
      if (typeof value !== 'object' || value === null) return String(value);
      if (seen.has(value)) return '';
      seen.add(value);
      const entries = value instanceof Map ? [...value] : Object.entries(value);
      return entries
        .map(([name, one]: [unknown, unknown]) => `${String(name)}=${String(text(one))}`)
        .join(' ');
    };
    return String(text(value));
  };
  const note = (channel: string, ...values: unknown[]) =>
    void went.push([channel, values.map(plain).join(' ')]);
  type Method = (...args: unknown[]) => unknown;
  const wrap = (on: object, name: string, channel: (self: never) => string) => {
    const of = on as Record<string, Method>;
    const own = of[name]!;
    of[name] = function (this: never, ...args: unknown[]) {
      note(channel(this), ...args);
      return own.apply(this, args);
    };
  };
  const { fetch } = globalThis;
  globalThis.fetch = async (input, init) => {
    const request = new Request(input, init);
    const { pathname } = new URL(request.url);
    const where = pathname.includes('/v1/')
      ? 'to the collector'
      : pathname.endsWith('/reports')
        ? 'for reports'
        : 'to the app';
    note(`fetch ${where}`, request.url, request.headers, await request.clone().text(), request.referrer);
    return fetch(input, init);
  };
  wrap(navigator, 'sendBeacon', () => 'sendBeacon');
  for (const name of ['debug', 'dir', 'error', 'info', 'log', 'table', 'trace', 'warn'])
    wrap(console, name, () => `console.${name}`);
  wrap(Storage.prototype, 'setItem', (self) =>
    self === localStorage ? 'localStorage.setItem' : 'sessionStorage.setItem',
  );
  wrap(BroadcastChannel.prototype, 'postMessage', ({ name }: BroadcastChannel) => `BroadcastChannel ${name}`);
  wrap(MessagePort.prototype, 'postMessage', () => 'MessagePort');
  wrap(Worker.prototype, 'postMessage', () => 'Worker');
  wrap(ServiceWorker.prototype, 'postMessage', () => 'ServiceWorker');
  wrap(globalThis, 'postMessage', () => 'window.postMessage');
  for (const name of ['put', 'add'])
    wrap(
      IDBObjectStore.prototype,
      name,
      ({ transaction }: IDBObjectStore) => `IndexedDB ${transaction.db.name}`,
    );
  const { put } = Cache.prototype;
  Cache.prototype.put = async function (request, response) {
    note('Cache API', new Request(request).url, response.headers, await response.clone().text());
    return put.call(this, request, response);
  };
  wrap(Cache.prototype, 'add', () => 'Cache API add');
  wrap(Clipboard.prototype, 'writeText', () => 'clipboard');
  wrap(document, 'execCommand', () => 'execCommand');
  wrap(XMLHttpRequest.prototype, 'open', () => 'XMLHttpRequest');
  wrap(history, 'pushState', () => 'history');
  wrap(globalThis, 'open', () => 'window.open');
  wrap(HTMLFormElement.prototype, 'submit', () => 'form');
  for (const name of [
    'WebSocket',
    'EventSource',
    'WebTransport',
    'RTCPeerConnection',
    'SharedWorker',
    'Image',
    'Notification',
  ] as const) {
    const Own = (globalThis as never as Record<string, new (...args: unknown[]) => object>)[name];
    if (Own)
      Object.assign(globalThis, {
        [name]: class extends Own {
          constructor(...args: unknown[]) {
            note(name, ...args);
            super(...args);
          }
        },
      });
  }
  const cookie = Object.getOwnPropertyDescriptor(Document.prototype, 'cookie')!;
  Object.defineProperty(document, 'cookie', { ...cookie, set: (text: string) => note('cookie', text) });
  // What is in the page, also for a moment.
  const { attachShadow } = Element.prototype;
  const look = (root: Node) =>
    new MutationObserver((records) => {
      for (const { target, addedNodes, attributeName } of records) {
        for (const node of addedNodes)
          note(
            'DOM',
            node instanceof Element ? node.outerHTML + (node as HTMLElement).innerText : node.nodeValue,
          );
        if (attributeName) note('DOM', (target as Element).getAttribute(attributeName));
        if (target instanceof Text) note('DOM', target.nodeValue);
      }
    }).observe(root, { subtree: true, childList: true, attributes: true, characterData: true });
  look(document);
  Element.prototype.attachShadow = function (init) {
    const root = attachShadow.call(this, init);
    look(root);
    return root;
  };
}

test('no channel of the page holds what it must not: console, storage, other tabs, requests, clipboard, page', async ({
  bare,
  server,
}) => {
  test.setTimeout(60_000);
  // What the app's own mistakes come to is said in words of ours.
  bare.expects(/./);
  const { page } = bare;
  await page.addInitScript(watch);
  const S = SECRETS;
  const problem = JSON.stringify({
    type: 'https://problems.example/x',
    title: S['problem title'],
    detail: S['problem detail'],
  });
  const headers = { 'x-answer': S["answer's header"], 'access-control-expose-headers': '*' };
  const script = await server.play({
    routes: {
      'POST /reports': { status: 503 },
      'POST /v1/**': { status: 200, json: {} },
      'GET /users/*/orders': {
        status: 500,
        text: problem,
        headers: { ...headers, 'content-type': 'application/problem+json' },
      },
      'GET /users/*/copies': { text: S["answer's body"], headers },
      'GET /users/*/large': { text: S['large answer'].repeat(9_000), headers },
      'POST /**': { status: 503 },
    },
  });
  await bare.open();
  await page.evaluate(
    async ([url, S]) => {
      history.replaceState(null, '', `/?page=${S["page's address"]}`);
      globalThis.went.length = 0;
      let throws = false;
      globalThis.client = steadfetch.createSteadfetch({
        partition: () => {
          if (throws) throw new Error(S['error of the app']);
          return S.partition;
        },
        defaults: {
          retry: { attempts: 2, base: 50, cap: 50 },
          cache: { strategy: 'stale-while-revalidate' },
          outbox: {},
          breaker: false,
        },
        telemetry: { otlp: { url }, log: 'console', sample: 1, traceparent: 'same-origin' },
        report: { url: `${url}/reports` },
        auth: { refresh: () => Promise.reject(new Error(S['error of the app'])) },
      });
      const { client } = globalThis;
      client.on('record', (record) => void globalThis.went.push(['record', JSON.stringify(record)]));
      client.on('call', () => {
        throw new Error('listener');
      });
      await client.ready;
      const tail = `?q=${S.query}#${S.fragment}`;
      const steady = { actionId: S['action id'] };
      const headers = { 'x-asks': S.header, authorization: `Bearer ${S.header}` };
      const ask = (path: string, init: object = {}) =>
        client.fetch(`${url}/${path}${tail}`, { headers, steady, ...init }).then(
          (response) => response.text(),
          () => {},
        );
      for (let n = 0; n < 2; n++) {
        await ask(`users/${S.path}/orders`);
        await ask(`users/${S.path}/copies`);
        await ask(`users/${S.path}/large`);
        await lab.sleep(300);
      }
      await ask(`users/${S.path}/orders`, { method: 'POST', body: S['body of a write'] });
      throws = true;
      await ask(`users/${S.path}/copies`);
      await ask(`users/${S.path}/orders`, { method: 'POST', body: S['body of a write'] });
      throws = false;
      const stand = () => {
        throw new Error(S['error of the app']);
      };
      await ask(`users/${S.path}/orders`, { steady: { ...steady, fallback: stand } });
      const about = await client.fetch(`${url}/users/${S.path}/orders${tail}`, { headers, steady });
      globalThis.filed = client.reports.open(about);
    },
    [script.url, S] as const,
  );
  await expect(form(bare)).toBeVisible();
  await words(bare).fill('It broke');
  await form(bare)
    .getByRole('button', { name: /^Copy: / })
    .click();
  await button(bare, 'Send').click();
  await page.evaluate(() => globalThis.filed);
  await button(bare, 'Done').click();
  for (const details of await page.getByRole('button', { name: 'Details' }).all()) await details.click();
  // A card that comes meanwhile has other colours for a moment.
  await expect(async () => {
    await settled(bare);
    expect(await violations(bare)).toEqual([]);
  }).toPass({ timeout: 10_000 });
  await page.waitForTimeout(1200);
  // The page's last words.
  await page.evaluate(() => {
    Object.defineProperty(document, 'visibilityState', { value: 'hidden', configurable: true });
    document.dispatchEvent(new Event('visibilitychange'));
    dispatchEvent(new PageTransitionEvent('pagehide'));
  });
  await page.waitForTimeout(500);
  const went = await page.evaluate(() => globalThis.went);
  const held: Record<string, Set<string>> = {};
  for (const [channel, text] of went) {
    const of = (held[channel] ??= new Set());
    for (const [what, secret] of Object.entries(S)) if (text.includes(secret)) of.add(what);
  }
  const table = Object.fromEntries(Object.entries(held).map(([name, of]) => [name, [...of].sort()]));
  expect(Object.keys(table), 'all of them were in use').toEqual(expect.arrayContaining(BUSY));
  const expected = Object.fromEntries(
    Object.keys(table).map((name) => [name, [...(ALLOWED[name] ?? [])].sort()]),
  );
  expect(table).toEqual(expected);
});
