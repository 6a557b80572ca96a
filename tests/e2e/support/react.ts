// The app in React as it is under development, where StrictMode means something, with a version of React.
import { fileURLToPath } from 'node:url';
import type { Page } from '@playwright/test';
import { build } from 'esbuild';
import type { Server } from './server';

export type Version = '18.2' | '19';

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const FOLDERS: Record<Version, string> = {
  '18.2': at('../../react-18/node_modules/react'),
  '19': at('../../../node_modules/react'),
};

const bundles = new Map<Version, Promise<Map<string, string>>>();

async function bundle(version: Version): Promise<Map<string, string>> {
  const react = FOLDERS[version];
  const { outputFiles } = await build({
    entryPoints: [at('../app/src/react.tsx')],
    outdir: '/out',
    bundle: true,
    splitting: true,
    format: 'esm',
    jsx: 'automatic',
    define: { 'process.env.NODE_ENV': '"development"' },
    alias: { react, 'react-dom': `${react}-dom` },
    write: false,
    logLevel: 'error',
  });
  return new Map(outputFiles.map(({ path, text }) => [path.replace(/^.*\//, ''), text]));
}

/** Lets the page find it at the path that it returns, under the same policy as all else. */
export async function serveReact(page: Page, server: Server, version: Version): Promise<string> {
  if (!bundles.has(version)) bundles.set(version, bundle(version));
  const files = await bundles.get(version)!;
  const csp = (await fetch(`${server.first}/react.html`)).headers.get('content-security-policy')!;
  const headers = { 'content-security-policy': csp };
  await page.route('**/under-development/*', (route) => {
    const name = new URL(route.request().url()).pathname.replace(/^.*\//, '');
    const html = `<!doctype html><html lang="en"><title>React</title><script type="module" src="react.js"></script><div id="app"></div></html>`;
    return name
      ? route.fulfill({ body: files.get(name)!, contentType: 'text/javascript', headers })
      : route.fulfill({ body: html, contentType: 'text/html', headers });
  });
  return '/under-development/';
}
