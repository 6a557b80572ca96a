// What all data that leaves the page passes: the Wasm file of src/telemetry/redact, in an instance of its own. Whatever sends or
// logs takes nothing but what came out of here.
import type { OutgoingRecord, PrivacyOptions } from '../../../pkg/types/index';
import { version } from '../../../pkg/package.json';
import base64 from 'steadfetch-outgoing-wasm';

// From here, since both parts that load this need it.
export { version };

declare const passed: unique symbol;

/** A record that has passed; nobody else can make one. */
export type Outgoing = OutgoingRecord & { readonly [passed]: true };

/** A record that has not. Its `href` says which URL it is about, and stays. */
export type Raw = { type: string; at: number; href?: string } & Record<string, unknown>;

interface Exports {
  memory: WebAssembly.Memory;
  reserve(bytes: number): number;
  place(): number;
  length(): number;
  pass(): number;
}

/** As many as a tree may hold at once (border.ts), with their timelines; not always with counts of many servers. */
const AT_ONCE = 8;
/** After so many traps, it is not tried again. */
const MOST_TRAPS = 3;

const decoder = new TextDecoder();

export class Redactor {
  /** Which version of us tells. */
  readonly sdk = `steadfetch ${version}`;
  #warned = false;
  #traps = 0;
  /** None once it has trapped, until another one is there. */
  #wasm: Exports | undefined;

  /** `treeOf`: how values cross into Wasm. */
  private constructor(
    readonly module: WebAssembly.Module,
    wasm: Exports,
    readonly privacy: PrivacyOptions | undefined,
    readonly origin: string,
    readonly treeOf: (value: unknown, ...before: string[]) => Uint8Array,
  ) {
    this.#wasm = wasm;
  }

  static async load(...given: [Redactor['privacy'], string, Redactor['treeOf']]): Promise<Redactor> {
    const bytes = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
    const inflated = new Response(
      new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate-raw')),
    );
    const module = await WebAssembly.compile(await inflated.arrayBuffer());
    const { exports } = await WebAssembly.instantiate(module);
    return new Redactor(module, exports as unknown as Exports, ...given);
  }

  /** What of these records may leave; fewer where Wasm traps over some. */
  pass(records: Raw[]): Outgoing[] {
    return this.each(records).filter((record) => record !== undefined);
  }

  /** The same, each in its place. */
  each(records: Raw[]): (Outgoing | undefined)[] {
    const out: (Outgoing | undefined)[] = [];
    for (let at = 0; at < records.length; at += AT_ONCE) {
      const some = records.slice(at, at + AT_ONCE);
      let passed = this.#some(some);
      // Together they were more than a tree may hold.
      if (passed && passed.length < some.length) passed = some.map((record) => this.#some([record])?.[0]);
      out.push(...some.map((_, place) => passed?.[place]));
    }
    return out;
  }

  /** None where it traps. */
  #some(records: Raw[]): (Outgoing | undefined)[] | undefined {
    try {
      return this.#wasm && this.#pass(records, this.#wasm);
    } catch (error) {
      this.#trapped(error);
      return undefined;
    }
  }

  /** What is left of an instance that has trapped is not trusted: another one takes its place, three times. */
  #trapped(error: unknown): void {
    this.#wasm = undefined;
    const more = ++this.#traps < MOST_TRAPS;
    const then = more ? 'is not told' : 'is not told, nor is anything from now on';
    if (this.#traps === 1 || !more)
      console.warn(`Steadfetch: what was to be told could not be redacted, and ${then}.`, error);
    try {
      // At once: those that come behind are to be told.
      if (more) this.#wasm = new WebAssembly.Instance(this.module).exports as unknown as Exports;
    } catch {
      // There is no room for another one.
    }
  }

  #pass(records: Raw[], wasm: Exports): Outgoing[] {
    const bytes = this.treeOf({ privacy: this.privacy, records }, this.origin);
    // First, since it may move the memory.
    const place = wasm.reserve(bytes.length);
    new Uint8Array(wasm.memory.buffer, place, bytes.length).set(bytes);
    wasm.pass();
    const text = decoder.decode(new Uint8Array(wasm.memory.buffer, wasm.place(), wasm.length()));
    const said = JSON.parse(text) as { records: Outgoing[]; unknown: string[] };
    if (said.unknown.length > 0 && !this.#warned) {
      this.#warned = true;
      console.warn(`Steadfetch: privacy.fields names what is no field: ${said.unknown.join(', ')}.`);
    }
    return said.records;
  }
}
