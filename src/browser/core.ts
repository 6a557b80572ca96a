// One core behind the functions that the Wasm file exports, each of which takes the core's number first. What they do is
// documented with the Rust they call (core.rs).
import type { SteadfetchOptions } from '../../pkg/types/index';
import { FAILED, enter, heard, running, say, sayTree } from './border';
import { type Problem, problemsOf } from './remote';

/** Those that take numbers and give one, nothing else. */
const NUMBERS = [
  'fail', 'abort', 'body', 'command', 'tick', 'due', 'arm', 'must_arm', 'release', 'leave', 'online', 'slept', 'refreshed',
  'save_data', 'next_changed', 'changed', 'dismiss', 'expired', 'mounted', 'listens', 'retry', 'keeps',
] as const; // prettier-ignore

/** Those that leave a text: plain, or JSON. */
const TEXTS = ['countdown', 'endpoint', 'key_header'] as const;
const OBJECTS = ['explain', 'fault', 'frame', 'list', 'told', 'lint'] as const;

type Numbers = Record<(typeof NUMBERS)[number], (...numbers: number[]) => number>;
type Texts = Record<(typeof TEXTS)[number], (...numbers: number[]) => string>;
type Objects = Record<(typeof OBJECTS)[number], (...numbers: number[]) => unknown>;

// eslint-disable-next-line @typescript-eslint/no-unsafe-declaration-merging
export interface Core extends Numbers, Texts, Objects {}

/** A client's engine, catalog and notices. */
export class Core {
  readonly #core: number;

  /** Throws the problems of the options, as an array. */
  constructor(options: SteadfetchOptions, origin: string, seed: number, prefix: string) {
    sayTree(options, origin, prefix);
    this.#core = enter('create', seed);
    const more = problemsOf(options);
    if (this.#core >>> 0 === FAILED) throw [...(JSON.parse(heard()) as Problem[]), ...more];
    if (more.length === 0) return;
    this.free();
    throw more;
  }

  static {
    for (const name of NUMBERS) {
      Core.prototype[name] = function (...numbers) {
        return enter(name, this.#core, ...numbers);
      };
    }
    for (const name of TEXTS) {
      Core.prototype[name] = function (...numbers) {
        enter(name, this.#core, ...numbers);
        return heard();
      };
    }
    for (const name of OBJECTS) {
      Core.prototype[name] = function (...numbers) {
        enter(name, this.#core, ...numbers);
        return parsed();
      };
    }
  }

  // The happy path: no list of arguments.

  admit(lane: number, facts: number, serial: number, now: number): number {
    return running()['admit']!(this.#core, lane, facts, serial, now);
  }

  head(slot: number, status: number, now: number): number {
    return running()['head']!(this.#core, slot, status, now);
  }

  route(method: string, href: string): number {
    say(method, href);
    return enter('route', this.#core);
  }

  single(base: number, options: object): number {
    sayTree(options);
    return orThrow(enter('single', this.#core, base));
  }

  answer(fields: string[], ...numbers: number[]): void {
    say(...fields);
    enter('answer', this.#core, ...numbers);
  }

  template(lane: number, href: string): string {
    say(href);
    enter('template', this.#core, lane);
    return heard();
  }

  label(id: string, hotkey: string): string {
    say(id, hotkey);
    enter('label', this.#core);
    return heard();
  }

  show(input: object, now: number, wall: number): number {
    sayTree(input);
    return orThrow(enter('show', this.#core, now, wall));
  }

  has_message(id: string): boolean {
    say(id);
    return enter('has_message', this.#core) !== 0;
  }

  update(id: number, changes: object, now: number, wall: number): void {
    sayTree(changes);
    orThrow(enter('update', this.#core, id, now, wall));
  }

  resolve(id: number, message: string | undefined, now: number): void {
    say(message ?? '');
    enter('resolve', this.#core, id, now);
  }

  /** 1: the document's kill switch is on. Throws the problems of the options, as an array. */
  configure(options: unknown, document: boolean): number {
    sayTree(options);
    return orThrow(enter('configure', this.#core, +document));
  }

  strike(href: string, now: number): unknown {
    say(href);
    enter('strike', this.#core, now);
    return parsed();
  }

  hear(url: string, state: number[], now: number, wall: number): number {
    say(url);
    return enter('hear', this.#core, ...state, now, wall);
  }

  hear_of_rule(url: string, rule: number, until: number, now: number, wall: number): void {
    say(url);
    enter('hear_of_rule', this.#core, rule, until, now, wall);
  }

  free(): void {
    enter('free', this.#core);
  }
}

/** The object in the buffer; undefined where there is none. */
function parsed(): unknown {
  const text = heard();
  return text ? JSON.parse(text) : undefined;
}

function orThrow(result: number): number {
  if (result >>> 0 === FAILED) throw JSON.parse(heard());
  return result;
}
