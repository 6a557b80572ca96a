// One core behind the functions that the Wasm file exports, each of which takes the core's number first. What they do is
// documented with the Rust they call (core.rs).
import { ConfigError } from '../../pkg/src/errors';
import type { SteadfetchOptions } from '../../pkg/types/index';
import { enter, heard, running, say, sayTree } from './border';
import { FAILED } from './codes';
import { problemsOf } from './remote';

/** Those that are given something in the buffer first: texts, or a tree. */
const SAID = [
  'route',
  'answer',
  'has_message',
  'resolve',
  'hear',
  'hear_of_rule',
  'say_feature',
  'catalog',
] as const;
const TREES = ['single', 'show', 'update', 'configure', 'take_in', 'incidents'] as const;
/** Those that leave a text there: plain, or JSON. */
const TEXTS = ['countdown', 'endpoint', 'key_header'] as const;
const OBJECTS = [
  'explain',
  'fault',
  'health',
  'frame',
  'list',
  'records',
  'told',
  'lint',
  'feature',
  'cache_terms',
  'outbox_terms',
] as const;

/** Those that take numbers and give one, nothing else. */
type Numbers = Record<
  | 'fail' | 'abort' | 'body' | 'command' | 'asks' | 'found' | 'stood_in' | 'outbox_turn' | 'outbox_ended' | 'tick' | 'due' | 'arm' | 'must_arm' | 'release' | 'leave' | 'online' | 'slept' | 'refreshed'
  | 'save_data' | 'next_changed' | 'next_feature' | 'changed' | 'dismiss' | 'expired' | 'mounted' | 'unanchor' | 'show_queue' | 'hidden' | 'do_not_disturb' | 'expand' | 'lives' | 'number_from' | 'listens' | 'retry' | 'keeps' | 'free',
  (...numbers: number[]) => number
>; // prettier-ignore
type Said = Record<(typeof SAID)[number], (texts: string[], ...numbers: number[]) => number>;
/** They throw a ConfigError where the tree is wrong. */
type Trees = Record<(typeof TREES)[number], (tree: unknown, ...numbers: number[]) => number>;
type Texts = Record<(typeof TEXTS)[number], (...numbers: number[]) => string>;
type Objects = Record<(typeof OBJECTS)[number], (...numbers: number[]) => unknown>;

// eslint-disable-next-line @typescript-eslint/no-unsafe-declaration-merging
export interface Core extends Numbers, Said, Trees, Texts, Objects {}

/** A client's engine, catalog and notices. */
export class Core {
  readonly #core: number;

  /** Throws a ConfigError where the options are wrong. */
  constructor(options: SteadfetchOptions, origin: string, seed: number, prefix: string) {
    sayTree(shown(options), origin, prefix);
    this.#core = enter('create', seed);
    const problems = [...(this.#core === FAILED ? JSON.parse(heard()) : []), ...problemsOf(options)];
    Core.#complete();
    if (problems.length === 0) return;
    this.free();
    throw new ConfigError(problems);
  }

  static {
    for (const name of SAID) {
      Core.prototype[name] = function (texts, ...numbers) {
        say(...texts);
        return enter(name, this.#core, ...numbers);
      };
    }
    for (const name of TREES) {
      Core.prototype[name] = function (tree, ...numbers) {
        sayTree(shown(tree));
        return orThrow(enter(name, this.#core, ...numbers));
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

  /** Whatever else the Wasm file exports takes numbers and gives one. */
  static #complete(): void {
    const methods = Core.prototype as unknown as Record<string, (...numbers: number[]) => number>;
    for (const name in running()) {
      methods[name] ??= function (this: Core, ...numbers) {
        return enter(name, this.#core, ...numbers);
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

  judge(fields: string[], ...numbers: number[]): unknown {
    say(...fields);
    enter('judge', this.#core, ...numbers);
    return parsed();
  }

  strike(href: string, now: number): unknown {
    say(href);
    enter('strike', this.#core, now);
    return parsed();
  }
}

/**
 * Options as the core has to see them. An app's own messages are not for it: there may be thousands, and what is wrong with one
 * is no reason to refuse all. A client of flags is of some class: what matters of it are methods, which it does not own.
 */
function shown(given: unknown): unknown {
  const own = (given as SteadfetchOptions | undefined)?.catalog;
  const options = own ? { ...(given as object), catalog: undefined } : given;
  try {
    const { flags } = options as Required<SteadfetchOptions>;
    const { getStringValue, addHandler } = flags.client;
    return { ...(options as object), flags: { ...flags, client: { getStringValue, addHandler } } };
  } catch {
    // There is none, or it is for the core to say what is wrong with it.
    return options;
  }
}

/** The object in the buffer; undefined where there is none. */
function parsed(): unknown {
  const text = heard();
  return text ? JSON.parse(text) : undefined;
}

function orThrow(result: number): number {
  if (result === FAILED) throw new ConfigError(JSON.parse(heard()));
  return result;
}
