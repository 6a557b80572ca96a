// The app in React, bundled with React 18.2 in place of the version that the app has.
import { fileURLToPath } from 'node:url';
import type { Page } from '@playwright/test';
import { build } from 'esbuild';
import type { Server } from './server';

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const react = at('../../react-18/node_modules/react');

let bundled: Promise<Map<string, string>> | undefined;

async function bundle(): Promise<Map<string, string>> {
  const { outputFiles } = await build({
    entryPoints: [at('../app/src/react.tsx')],
    outdir: '/react-18',
    bundle: true,
    splitting: true,
    format: 'esm',
    jsx: 'automatic',
    define: { 'process.env.NODE_ENV': '"production"' },
    alias: { react, 'react-dom': `${react}-dom` },
    write: false,
    logLevel: 'error',
  });
  return new Map(outputFiles.map(({ path, text }) => [path.replace(/^.*\//, '/react-18/'), text]));
}

/** Lets the page find it at `/react-18/`, under the same policy as all else. */
export async function serveReact18(page: Page, server: Server): Promise<string> {
  const files = await (bundled ??= bundle());
  const csp = (await fetch(`${server.first}/react.html`)).headers.get('content-security-policy') ?? '';
  const headers = { 'content-security-policy': csp };
  await page.route('**/react-18/**', (route) => {
    const script = files.get(new URL(route.request().url()).pathname);
    const html = `<!doctype html><html lang="en"><title>React 18.2</title><script type="module" src="/react-18/react.js"></script><div id="app"></div>`;
    return route.fulfill(
      script === undefined
        ? { body: html, contentType: 'text/html', headers }
        : { body: script, contentType: 'text/javascript', headers },
    );
  });
  return '/react-18/';
}
