// An app's own catalogs: compiled and formatted by a Wasm file of their own, in an instance apart from the engine's.
import type { Catalog } from '../../pkg/types/index';
import base64 from 'steadfetch-words-wasm';
import { answerAll } from './words-intl';

/** What is wrong with a catalog: where, and why. */
export interface Problem {
  id: string;
  slot: string;
  /** The character in the slot's source, from 1; 0: all of it. */
  position: number;
  reason: string;
}

/** A catalog whose messages stay here: for the engine, what it starts with and its entries. */
export interface Compiled {
  problems: Problem[];
  head: string;
  entries: string;
}

interface Exports {
  memory: WebAssembly.Memory;
  reserve(bytes: number): number;
  place(): number;
  length(): number;
  compile(): number;
  format(): number;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

export class OwnWords {
  constructor(readonly wasm: Exports) {}

  static async start(): Promise<OwnWords> {
    const bytes = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
    const inflated = new Response(
      new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate-raw')),
    );
    const imports = {
      a: {
        a(): number {
          const answer = answerAll(own.#heard().split('\0'));
          if (answer === undefined) return 1;
          own.#say(answer);
          return 0;
        },
      },
    };
    const { instance } = await WebAssembly.instantiate(await inflated.arrayBuffer(), imports);
    const own: OwnWords = new OwnWords(instance.exports as unknown as Exports);
    return own;
  }

  /** Compiles the messages that are right; what is wrong with the others is told. */
  compile(catalog: Catalog): Compiled {
    const problems: Problem[] = [];
    const texts = textsOf(catalog, problems);
    this.#say(texts.join('\0'));
    this.wasm.compile();
    const compiled = JSON.parse(this.#heard()) as Compiled;
    return { ...compiled, problems: [...problems, ...compiled.problems] };
  }

  /** Formats a message, as locale.rs asks for it. */
  answer(question: string[]): string | undefined {
    this.#say(question.join('\0'));
    return this.wasm.format() === 0 ? this.#heard() : undefined;
  }

  #say(text: string): void {
    const bytes = encoder.encode(text);
    const place = this.wasm.reserve(bytes.length);
    new Uint8Array(this.wasm.memory.buffer, place, bytes.length).set(bytes);
  }

  #heard(): string {
    return decoder.decode(new Uint8Array(this.wasm.memory.buffer, this.wasm.place(), this.wasm.length()));
  }
}

/** Locale, voice, then id, slot and source of each message that has the shape of one. */
function textsOf({ locale, voice = 'plain', messages }: Catalog, problems: Problem[]): string[] {
  const texts = [locale, voice];
  const wrong = (id: string, slot: string, reason: string) =>
    problems.push({ id, slot, position: 0, reason });
  for (const [id, slots] of Object.entries<unknown>(messages)) {
    const found: string[] = [];
    const before = problems.length;
    if (typeof slots !== 'object' || !slots) wrong(id, '', 'expected an object of slots');
    for (const [slot, source] of Object.entries((slots ?? {}) as Record<string, unknown>)) {
      if (source === undefined) continue;
      if (typeof source !== 'string') wrong(id, slot, `expected a string, got ${typeof source}`);
      else if ((id + slot + source).includes('\0')) wrong(id, slot, 'a NUL character has no place here');
      else found.push(id, slot, source);
    }
    if (problems.length === before && found.length === 0) wrong(id, 'title', 'a message needs a title');
    if (problems.length === before) texts.push(...found);
  }
  return texts;
}
