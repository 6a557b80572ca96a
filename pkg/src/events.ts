// Listeners by the type of event.
import type { SteadfetchEvents } from '../types/index';

type Listener<K extends keyof SteadfetchEvents> = (event: SteadfetchEvents[K]) => void;

/** Everybody who listens to one client. */
export class Events {
  readonly #listeners = new Map<string, Set<Listener<never>>>();

  on<K extends keyof SteadfetchEvents>(type: K, listener: Listener<K>): () => void {
    const known = this.#listeners.get(type) ?? new Set();
    this.#listeners.set(type, known.add(listener as Listener<never>));
    return () => void known.delete(listener as Listener<never>);
  }

  has(type: keyof SteadfetchEvents): boolean {
    return (this.#listeners.get(type)?.size ?? 0) > 0;
  }

  emit<K extends keyof SteadfetchEvents>(type: K, event: SteadfetchEvents[K]): void {
    for (const listener of this.#listeners.get(type) ?? []) call(listener as Listener<K>, event);
  }

  clear(): void {
    this.#listeners.clear();
  }
}

/** A listener's mistake is its own: it is reported like any other error of the page, and stops nothing. */
export function call<T>(listener: (value: T) => void, value: T): void {
  try {
    listener(value);
  } catch (error) {
    if (typeof reportError === 'function') reportError(error);
    else console.error(error);
  }
}
