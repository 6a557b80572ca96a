// Bundles pkg/src into pkg/dist. Run by `cargo xtask build`, which makes the Wasm before.
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';

const { values: args } = parseArgs({
  options: {
    profile: { type: 'string' },
    wasm: { type: 'string' },
    metafile: { type: 'string' },
    catalogs: { type: 'string' },
    words: { type: 'string' },
    outgoing: { type: 'string' },
  },
});
const release = args.profile === 'release';
const here = fileURLToPath(new URL('.', import.meta.url));

/** @type {import('esbuild').BuildOptions} */
const common = {
  absWorkingDir: here,
  outdir: 'dist',
  bundle: true,
  format: 'esm',
  platform: 'browser',
  // The oldest engines that the package runs in.
  target: ['chrome116', 'firefox128', 'safari17'],
  charset: 'utf8',
  minify: release,
  legalComments: 'none',
  sourcemap: release ? false : 'inline',
  alias: {
    'steadfetch-wasm': `${args.wasm}/wasm-base64.js`,
    'steadfetch-words-wasm': `${args.words}/words-base64.js`,
    'steadfetch-outgoing-wasm': `${args.outgoing}/outgoing-base64.js`,
    'steadfetch-catalogs': args.catalogs,
    'steadfetch-words': '../src/browser/words.ts',
    'steadfetch-telemetry': '../src/browser/telemetry/chunk.ts',
    'steadfetch-hints': '../src/browser/dom/hints/hints.ts',
    'steadfetch-panels': '../src/browser/dom/panels/panels.ts',
    'steadfetch-reports': '../src/browser/reports/reports.ts',
  },
  metafile: true,
  logLevel: 'warning',
};

/** A service worker has no dynamic import: all in one file, which has plain English alone and no screen. */
function worker(name, alias) {
  return build({
    ...common,
    entryPoints: { [name]: 'src/worker.ts' },
    splitting: false,
    alias: {
      ...common.alias,
      'steadfetch-words': './src/no-words.ts',
      'steadfetch-hints': './src/no-screen.ts',
      'steadfetch-panels': './src/no-screen.ts',
      'steadfetch-reports': './src/no-screen.ts',
      ...alias,
    },
  });
}

const results = await Promise.all([
  // Page entries share chunks, and so the state in them: `explain` knows a Response that another entry made.
  build({
    ...common,
    entryPoints: ['index', 'slim', 'auto', 'engine'].map((name) => `src/${name}.ts`),
    splitting: true,
    chunkNames: '[name]-[hash]',
  }),
  worker('worker', { 'steadfetch-telemetry': './src/no-telemetry.ts' }),
  // The same with telemetry, which would be half as large again for all.
  worker('worker-telemetry', {}),
  // Their frameworks are the app's own.
  build({
    ...common,
    entryPoints: ['react', 'vue', 'sonner', 'element', 'sentry', 'health'].map(
      (name) => `src/adapters/${name}.ts`,
    ),
    splitting: false,
    external: ['react', 'vue'],
  }),
  build({ ...common, entryPoints: { drill: 'src/drill/index.ts' }, splitting: false }),
]).catch((error) => {
  // esbuild has printed what is wrong already.
  if (!error.errors?.length) console.error(error.message);
  process.exit(1);
});

const inputs = Object.assign({}, ...results.map((result) => result.metafile.inputs));
const outputs = Object.assign({}, ...results.map((result) => result.metafile.outputs));
await writeFile(args.metafile, JSON.stringify({ inputs, outputs }));
