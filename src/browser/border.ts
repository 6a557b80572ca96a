// The border to Wasm: one instance for every client of this package, and the buffer through which texts and trees cross.
// What each exported function does is documented with the Rust behind it (core.rs).
import { anchorOf } from './dom/anchors';
import { answerIntl } from './intl';
import { connection } from './presence';
import { stored } from './store';

/** What the Wasm file exports. Its functions take a core's number first. */
type Exports = { memory: WebAssembly.Memory } & Record<string, (...numbers: number[]) => number>;

/** What a Wasm file can come as. */
export type Source = string | URL | Request | Response | BufferSource | WebAssembly.Module;

const encoder = new TextEncoder();
const decoder = new TextDecoder();
/** Options nest five deep; more is a mistake. */
const MAX_DEPTH = 12;
/** Members in what one option holds; more are somebody's whole application. */
const MAX_MEMBERS = 10_000;

let module: WebAssembly.Module;
let wasm: Exports;
let started: Promise<void> | undefined;

const imports = {
  a: {
    a(): number {
      const answer = answerIntl(heard().split('\0'));
      if (answer === undefined) return 1;
      say(answer);
      return 0;
    },
  },
};

/**
 * Compiles and runs the Wasm file, once: one instance serves every client, whichever entry it came from. The first source
 * that works is the one; after a failure another one may be tried. `native`: what a URL is fetched with, since the global
 * fetch may be a client's, whose calls wait for this.
 */
export function start(source: () => Source | PromiseLike<Source>, native = fetch): Promise<void> {
  started ??= run(source, native).catch((error: unknown) => {
    started = undefined;
    throw error;
  });
  return started;
}

async function run(source: () => Source | PromiseLike<Source>, native: typeof fetch): Promise<void> {
  const compiling = compile(await source(), native);
  // Another thread compiles: a good time for what a browser takes a while over when it is first asked.
  stored('');
  connection();
  module = await compiling;
  wasm = (await WebAssembly.instantiate(module, imports)).exports as Exports;
}

/** Replaces an instance that trapped by a new one of the same module. */
export function restart(): void {
  wasm = new WebAssembly.Instance(module, imports).exports as Exports;
}

async function compile(source: Source, native: typeof fetch): Promise<WebAssembly.Module> {
  if (source instanceof WebAssembly.Module) return source;
  if (typeof source === 'string' || source instanceof URL || source instanceof Request) {
    source = await native(source);
  }
  if (source instanceof Response) {
    if (!source.ok) throw new Error(`the Wasm file could not be loaded: status ${source.status}`);
    source = await source.arrayBuffer();
  }
  return WebAssembly.compile(source as BufferSource);
}

/** Calls a function of the Wasm file. */
export function enter(name: string, ...numbers: number[]): number {
  return wasm[name]!(...numbers);
}

/** The functions of the running instance, for what must not pass through `enter`. */
export function running(): Exports {
  return wasm;
}

/** Writes texts into the buffer. */
export function say(...texts: string[]): void {
  write(encoder.encode(texts.join('\0')));
}

/** The text in the buffer. */
export function heard(): string {
  return decoder.decode(new Uint8Array(wasm.memory.buffer, enter('place'), enter('length')));
}

/** Writes texts, each with a NUL behind it, and then a value into the buffer. */
export function sayTree(value: unknown, ...before: string[]): void {
  write(treeOf(value, ...before));
}

/** The same as bytes, for whoever has a buffer of their own. */
export function treeOf(value: unknown, ...before: string[]): Uint8Array {
  const bytes: number[] = [];
  for (const text of before) bytes.push(...encoder.encode(text), 0);
  encode(value, bytes, [], { left: MAX_MEMBERS });
  return Uint8Array.from(bytes);
}

function write(bytes: Uint8Array): void {
  const place = enter('reserve', bytes.length);
  new Uint8Array(wasm.memory.buffer, place, bytes.length).set(bytes);
}

/**
 * A byte for the kind of a value, then what belongs to it (tree.rs). Own enumerable members, and nothing behind them.
 * `around`: the objects that it is in.
 */
function encode(value: unknown, bytes: number[], around: object[], budget: { left: number }): void {
  const size = (size: number) => bytes.push(...new Uint8Array(Uint32Array.of(size).buffer));
  const number = (kind: number, value: number) =>
    bytes.push(kind, ...new Uint8Array(Float64Array.of(value).buffer));
  const text = (text: string) => {
    const encoded = encoder.encode(text);
    size(encoded.length);
    for (const byte of encoded) bytes.push(byte);
  };
  const other = (kind: string) => {
    bytes.push(9);
    text(kind);
  };
  if (value == null) bytes.push(0);
  else if (typeof value === 'boolean') bytes.push(value ? 2 : 1);
  else if (typeof value === 'number') number(3, value);
  else if (typeof value === 'string') {
    bytes.push(4);
    text(value);
  } else if (typeof value === 'function') bytes.push(7);
  else if (typeof value !== 'object') other('a bigint or symbol');
  else if (value instanceof Date) number(8, value.getTime());
  else if ((value as Node).nodeType === 1) {
    number(10, anchorOf(value as Element));
    text(className(value));
  } else if (around.includes(value)) other('an object that contains itself');
  else if (around.length >= MAX_DEPTH) other('a deeply nested value');
  else if (!/^(Object|Array|Module)$/.test(className(value))) other(className(value));
  else {
    const list = Array.isArray(value);
    const names = Object.keys(value);
    budget.left -= names.length;
    if (budget.left < 0) return other('a very large object');
    bytes.push(list ? 5 : 6);
    size(names.length);
    around.push(value);
    for (const name of names) {
      if (!list) text(name);
      const { left } = budget;
      const start = bytes.length;
      encode(member(value, name), bytes, around, budget);
      if (budget.left >= 0) continue;
      // It is the outermost value's member that is too large; what stands beside it is not.
      if (around.length > 1) break;
      bytes.length = start;
      other('a very large object');
      budget.left = left;
    }
    around.pop();
  }
}

/** `HTMLDivElement`, `Uint8Array`, `Promise`; an app's own classes are `Object`. */
function className(value: object): string {
  return Object.prototype.toString.call(value).slice(8, -1);
}

/** A getter may throw: what cannot be read counts as left out. */
function member(object: object, name: string): unknown {
  try {
    return (object as Record<string, unknown>)[name];
  } catch {
    return undefined;
  }
}
