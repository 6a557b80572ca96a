// The pages that are measured: bundled by esbuild as an app would be, served from loopback while the bench runs.
import { once } from 'node:events';
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const here = fileURLToPath(new URL('.', import.meta.url));

/**
 * Serves /calls, /first, /flat, /cache, /notices and /telemetry; `other` is the index.js of another build of steadfetch to compare with.
 * @param {string | undefined} other
 */
export async function serve(other) {
  const { outputFiles } = await build({
    absWorkingDir: here,
    entryPoints: ['calls', 'first', 'flat', 'cache', 'notices', 'telemetry'].map((name) => `page/${name}.js`),
    outdir: '/',
    bundle: true,
    minify: true,
    format: 'esm',
    // The engine stays in a chunk of its own, as with every bundler.
    splitting: true,
    target: 'chrome116',
    // Workbox checks its arguments otherwise.
    define: { 'process.env.NODE_ENV': '"production"' },
    alias: { 'steadfetch-other': other ?? './page/no-other.js' },
    // A page takes it into a sheet of its own.
    loader: { '.css': 'text' },
    write: false,
    logLevel: 'warning',
  });
  const files = new Map(outputFiles.map(({ path, contents }) => [path, contents]));
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    const script = files.get(pathname);
    if (script) {
      response.writeHead(200, { 'content-type': 'text/javascript' }).end(script);
    } else if (files.has(`${pathname}.js`)) {
      response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' });
      response.end(
        `<!doctype html><title>bench</title><link rel="icon" href="data:,"><script type="module" src="${pathname}.js"></script>`,
      );
    } else if (pathname.startsWith('/collector/')) {
      request.resume();
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    } else {
      response.writeHead(404).end();
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  // Never what keeps the process alive.
  server.unref();
  return {
    url: (name) => `http://127.0.0.1:${port}/${name}`,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
