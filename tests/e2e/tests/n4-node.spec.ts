import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from '../support/test';

const script = fileURLToPath(new URL('../support/server-side.mjs', import.meta.url));

const EXPORTS = {
  index: ['ConfigError', 'HttpError', 'createSteadfetch', 'explain'],
  slim: ['ConfigError', 'HttpError', 'createSteadfetch', 'explain'],
  auto: ['ConfigError', 'HttpError', 'createSteadfetch', 'explain', 'fetch'],
  worker: ['ConfigError', 'HttpError', 'createSteadfetch', 'explain'],
};

/** What an entry looks at when it is loaded. */
const READ: Record<string, string[]> = {
  // Its own fetch may be in the place of the global one by the first call.
  auto: ['read fetch'],
  // It holds the engine, which makes its decoder.
  worker: ['read TextDecoder', 'read TextEncoder'],
};

for (const [entry, exports] of Object.entries(EXPORTS)) {
  test(`N4 importing "${entry}" under Node touches nothing, and using it works`, async ({ server }) => {
    const scenario = await server.play({ steps: [{ status: 503 }, { text: 'from Node' }] });
    const file = `${process.env['PACKAGE_DIR']}/dist/${entry}.js`;
    // It must end by itself: no timer or socket may keep it alive.
    const run = promisify(execFile)(process.execPath, [script, file, scenario.url], { timeout: 15_000 });
    const { stdout, stderr } = await run;
    expect(stderr).toBe('');
    expect(JSON.parse(stdout)).toEqual({
      exports,
      touched: READ[entry] ?? [],
      opened: [],
      added: 0,
      prototypes: true,
      ready: 'active',
      text: 'from Node',
      attempts: 2,
      notices: 1,
    });
    expect(await scenario.count()).toBe(2);
  });
}

/** Globals that frameworks of the adapters make when they are loaded: Vue's begin with __VUE. */
const ADDED: Record<string, number> = { vue: 3 };

const ADAPTERS = {
  react: ['SteadfetchProvider', 'useFeature', 'useNotices', 'useSteadfetch', 'useSteadyFetch'],
  vue: ['SteadfetchPlugin', 'useFeature', 'useNotices', 'useSteadfetch', 'useSteadyFetch'],
  sonner: ['toSonner'],
  element: ['defineNotices'],
};

for (const [entry, exports] of Object.entries(ADAPTERS)) {
  test(`N4 importing "${entry}" under Node touches nothing`, async () => {
    const file = `${process.env['PACKAGE_DIR']}/dist/${entry}.js`;
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [script, file]);
    expect(stderr).toBe('');
    const added = ADDED[entry] ?? 0;
    expect(JSON.parse(stdout)).toEqual({ exports, touched: [], opened: [], added, prototypes: true });
  });
}

const render = fileURLToPath(new URL('../support/server-render.mjs', import.meta.url));
const react18 = fileURLToPath(new URL('../../react-18/node_modules/react', import.meta.url));

for (const [react, folder] of [
  ['19', []],
  ['18.2', [react18]],
] as const) {
  test(`N4 adapters render on a server, with React ${react}, to what is the same for everybody`, async () => {
    const args = [render, process.env['PACKAGE_DIR']!, ...folder];
    const { stdout, stderr } = await promisify(execFile)(process.execPath, args, { timeout: 15_000 });
    expect(stderr).toBe('');
    expect(JSON.parse(stdout)).toEqual({
      // What the app says, and that a feature is off.
      notices: 2,
      version: expect.stringMatching(new RegExp(`^${react}\\.`)),
      react: '<p>true 0 0 function full</p>',
      missing: expect.stringContaining('there is no <SteadfetchProvider'),
      ...(folder.length === 0 && { vue: '<p>true 0 0 function full</p>' }),
      listeners: 0,
    });
  });
}

test('a disposed client listens for no wake-up any more', async () => {
  const code = `
    const heard = new Set();
    globalThis.addEventListener = (type, listener, { signal } = {}) => {
      const one = { type, listener };
      heard.add(one);
      signal?.addEventListener('abort', () => heard.delete(one));
    };
    globalThis.removeEventListener = (type, listener) => {
      for (const one of heard) if (one.type === type && one.listener === listener) heard.delete(one);
    };
    const { createSteadfetch } = await import(${JSON.stringify(`${process.env['PACKAGE_DIR']}/dist/worker.js`)});
    const client = createSteadfetch({ surfaces: false });
    await client.ready;
    const before = [...heard].map(({ type }) => type);
    client.dispose();
    console.log(JSON.stringify({ before, after: [...heard].map(({ type }) => type) }));`;
  const run = promisify(execFile)(process.execPath, ['--input-type=module', '--eval', code]);
  const { before, after } = JSON.parse((await run).stdout) as { before: string[]; after: string[] };
  expect(before).toContain('sync');
  expect(after).toEqual([]);
});
