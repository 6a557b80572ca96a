import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';
import { docs } from './docs/plugin.ts';

/** Set by `cargo xtask demo --dev`: the fault server behind Vite's dev server. */
const server = process.env['FAULT_SERVER'];
const target = server ? (JSON.parse(server) as { first: string }).first : undefined;
const proxied = ['/s/', '/_server', '/_scenario'];

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  plugins: [docs(here('..'))],
  build: {
    // The oldest engines that the package runs in.
    target: ['chrome116', 'firefox128', 'safari17'],
    // The page's policy allows neither data: URLs nor anything inline.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      // Rendering the documentation takes a second, and is meant to.
      checks: { pluginTimings: false },
      input: {
        index: here('index.html'),
        gallery: here('gallery.html'),
        'gallery-cell': here('gallery-cell.html'),
        docs: here('src/docs/main.ts'),
      },
    },
    // The engine is one file, with its Wasm in it, loaded on demand.
    chunkSizeWarningLimit: 700,
  },
  server: target ? { proxy: Object.fromEntries(proxied.map((path) => [path, target])) } : {},
});
