// A client's fetch for as long as a component lives.
import type { Steadfetch, SteadyInit } from '../../types/index';

/** Who reads for somebody, until they go. They may come back. */
export class Reads {
  #controller: AbortController | undefined;

  readonly fetch: Steadfetch['fetch'];

  constructor(client: Steadfetch) {
    this.fetch = (input, init) => client.fetch(input, this.#bind(input, init));
  }

  end(): void {
    this.#controller?.abort();
    this.#controller = undefined;
  }

  /** A write goes on: nobody would know what became of it. A Request has a signal of its own, which this one would replace. */
  #bind(input: RequestInfo | URL, init: SteadyInit | undefined): SteadyInit | undefined {
    const byUrl = typeof input === 'string' || input instanceof URL;
    const read = /^(get|head)$/i.test(init?.method ?? 'get');
    if (!byUrl || !read || init?.signal !== undefined) return init;
    this.#controller ??= new AbortController();
    return { ...init, signal: this.#controller.signal };
  }
}
