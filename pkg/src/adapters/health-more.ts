// What <steadfetch-health> shows beside its charts: counts of notices, stored copies and writes, and the latest calls that met
// trouble, each with its timeline.
import type { Health, SteadfetchEvents } from '../../types/index';
import { MORE } from './health-more-words';
import { make, write } from './health-nodes';

type Call = SteadfetchEvents['call'];

/** Calls that are shown. */
const CALLS = 10;

export class More {
  readonly nodes: HTMLElement[];
  readonly #words;
  readonly #rows = make('tbody', {});
  readonly #calls = make('ol', { class: 'calls' });
  /** By call id: what is being read stays open. */
  #items = new Map<string, HTMLElement>();

  constructor(
    lang: string,
    readonly number: (value: number) => string,
  ) {
    const words = (this.#words = MORE[lang.toLowerCase().split('-')[0]!] ?? MORE['en']!);
    this.nodes = [
      make('details', {}, make('summary', {}, words.counts), make('table', {}, this.#rows)),
      make('details', {}, make('summary', {}, words.latest), this.#calls),
    ];
  }

  draw({ people, cache, writes, outbox }: Health, calls: Call[]): void {
    const words = this.#words;
    const counts: [name: string, count: number | undefined][] = [
      [words.noticesShown, people.noticesShown],
      [words.noticesDismissed, people.noticesDismissed],
      [words.noticesActed, people.noticesActed],
      [words.fresh, cache?.fresh],
      [words.stale, cache?.stale],
      [words.misses, cache?.misses],
      [words.evicted, cache?.evicted],
      [words.waiting, outbox],
      [words.sent, writes?.sent],
      [words.dead, writes?.dead],
    ];
    counts.forEach(([name, count], at) => {
      const row =
        this.#rows.children[at] ??
        this.#rows.appendChild(make('tr', {}, make('th', { scope: 'row' }, name), make('td', {})));
      write(row.lastElementChild!, count === undefined ? '–' : this.number(count));
    });
    this.#drawCalls(calls.filter(isTrouble).slice(0, CALLS));
  }

  #drawCalls(calls: Call[]): void {
    const items = new Map<string, HTMLElement>();
    for (const call of calls) items.set(call.callId, this.#items.get(call.callId) ?? told(call));
    const same = [...items.keys()].join() === [...this.#items.keys()].join();
    this.#items = items;
    if (same && this.#calls.firstChild) return;
    const none = make('li', {}, this.#words.none);
    this.#calls.replaceChildren(...(items.size > 0 ? items.values() : [none]));
  }
}

/** A call that did not simply go well. */
function isTrouble({ explanation: { fault, attempts, source } }: Call): boolean {
  return fault !== undefined || attempts > 1 || source === 'fallback' || source === 'outbox';
}

/** Its timeline is in English, as `explain` has it. */
function told({ method, route, explanation }: Call): HTMLElement {
  const { fault, attempts, timeline } = explanation;
  const steps = timeline.map(({ at, what, status, delay, why }) => {
    const said = [what, status, delay !== undefined && `${delay} ms`].filter(Boolean).join(' ');
    return make('li', {}, `${at} ms: ${said}${why ? `, ${why}` : ''}`);
  });
  const name = `${method} ${route}: ${fault?.code ?? 'well'} (${attempts})`;
  const english = { lang: 'en', dir: 'ltr' };
  return make('li', english, make('details', {}, make('summary', {}, name), make('ol', {}, ...steps)));
}
