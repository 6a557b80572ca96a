// Runs in Node, as a server that renders pages would: imports an entry of the package while every global that is no part of
// the language writes down who reads or changes it. Prints what it found as JSON.
import { createHook } from 'node:async_hooks';
import { pathToFileURL } from 'node:url';

const [file, url] = process.argv.slice(2);
const stack = () => new Error().stack ?? '';
const language = new Set(
  'Object Function Array Number parseFloat parseInt Infinity NaN undefined Boolean String Symbol Date Promise RegExp Error AggregateError EvalError RangeError ReferenceError SyntaxError TypeError URIError globalThis JSON Math Intl ArrayBuffer Uint8Array Int8Array Uint16Array Int16Array Uint32Array Int32Array Float32Array Float64Array Uint8ClampedArray BigUint64Array BigInt64Array DataView Map BigInt Set WeakMap WeakSet WeakRef Proxy Reflect FinalizationRegistry SharedArrayBuffer Atomics Iterator decodeURI decodeURIComponent encodeURI encodeURIComponent escape unescape eval isFinite isNaN'.split(
    ' ',
  ),
);
const touched = new Set();
const own = pathToFileURL(file).href.replace(/[^/]*$/, '');
const before = Reflect.ownKeys(globalThis);
for (const name of [
  ...before,
  'window',
  'document',
  'self',
  'localStorage',
  'indexedDB',
  'caches',
  'location',
]) {
  // Read once before: Node makes some of its own only then.
  let value = language.has(name) ? undefined : globalThis[name];
  const known = Object.getOwnPropertyDescriptor(globalThis, name);
  if (language.has(name) || (known && !known.configurable)) continue;
  Object.defineProperty(globalThis, name, {
    configurable: true,
    enumerable: known?.enumerable ?? false,
    get() {
      if (stack().includes(own)) touched.add(`read ${String(name)}`);
      return value;
    },
    set(next) {
      if (stack().includes(own)) touched.add(`wrote ${String(name)}`);
      value = next;
    },
  });
}
const keys = Reflect.ownKeys(globalThis).length;
const prototypes = () =>
  ['Object', 'Array', 'Promise', 'Function']
    .map((name) => Reflect.ownKeys(globalThis[name].prototype).length)
    .join();
const shapes = prototypes();

const opened = [];
const hook = createHook({
  init: (_, type) => void (/Timeout|TCP|Immediate|MessagePort/.test(type) && opened.push(type)),
});
hook.enable();
const entry = await import(pathToFileURL(file));
hook.disable();
const found = {
  exports: Object.keys(entry).sort(),
  touched: [...touched].sort(),
  opened,
  added: Reflect.ownKeys(globalThis).length - keys,
  prototypes: prototypes() === shapes,
};

// Used, it works here too, and the process ends by itself.
if (url && entry.createSteadfetch) {
  const options = {
    defaults: { retry: { base: 2, cap: 4 } },
    ...(file.endsWith('slim.js') && {
      wasm: await import('node:fs').then(({ readFileSync }) =>
        readFileSync(file.replace('slim.js', 'steadfetch.wasm')),
      ),
    }),
  };
  const client = entry.createSteadfetch(options);
  found.ready = await client.ready;
  const response = await client.fetch(url);
  found.text = await response.text();
  found.attempts = entry.explain(response)?.attempts;
  client.notices.show({ message: 'text', args: { title: 'nobody sees it' } });
  found.notices = client.notices.list().length;
}
console.log(JSON.stringify(found));
