// <steadfetch-health>: how servers and people fare, side by side, as charts and as a table.
import type { Health, Steadfetch } from '../../types/index';
import type { SteadfetchHealthElement } from '../../types/health';
import { More } from './health-more';
import { make, set, write } from './health-nodes';
import { CSS } from './health-style';
import { KEPT, type Sample, Story } from './health-story';
import { type Words, wordsOf } from './health-words';

const NAME = 'steadfetch-health';
const SVG = 'http://www.w3.org/2000/svg';
/** Between looks, ms. */
const LOOK = 5_000;
/** Servers that have a chart; the table has all. */
const CHARTS = 6;
/** The height of a chart, in its own units. */
const HIGH = 24;

type Values = Record<string, string | number>;

export function defineHealth(client?: Steadfetch): void {
  const registry = globalThis.customElements as CustomElementRegistry | undefined;
  if (!registry) return;
  if (!registry.get(NAME)) registry.define(NAME, create());
  if (client) (registry.get(NAME) as unknown as { client?: Steadfetch }).client ??= client;
}

/** The class is made late, since what it extends is not there on a server. */
function create(): CustomElementConstructor {
  let sheet: CSSStyleSheet | undefined;

  return class HealthElement extends HTMLElement implements SteadfetchHealthElement {
    /** Of elements without a client of their own. */
    static client: Steadfetch | undefined;

    #client: Steadfetch | undefined;
    #timer: ReturnType<typeof setInterval> | undefined;
    #story = new Story();
    #view: View | undefined;

    get client(): Steadfetch | undefined {
      return this.#client ?? HealthElement.client;
    }

    set client(client: Steadfetch | undefined) {
      this.#client = client;
      this.#story = new Story();
      if (this.isConnected) this.look();
    }

    connectedCallback(): void {
      // Set before the element was defined, it hides the class's own.
      const early = Object.getOwnPropertyDescriptor(this, 'client')?.value as Steadfetch | undefined;
      if (Reflect.deleteProperty(this, 'client') && early) this.#client = early;
      const tag = this.closest('[lang]')?.getAttribute('lang') || navigator.language;
      if (!this.#view || this.#view.tag !== tag) {
        const root = this.shadowRoot ?? this.attachShadow({ mode: 'open' });
        if (!sheet) (sheet = new CSSStyleSheet()).replaceSync(CSS);
        root.adoptedStyleSheets = [sheet];
        this.#view = new View(tag);
        root.replaceChildren(this.#view.section);
      }
      this.look();
      this.#timer = setInterval(() => this.look(), LOOK);
    }

    disconnectedCallback(): void {
      clearInterval(this.#timer);
    }

    look(): void {
      const { client } = this;
      if (!client || !this.#view) return;
      const health = client.health();
      this.#story.look(health, Date.now());
      this.#view.draw(health, this.#story, client.calls());
    }
  };
}

/** What is drawn, in one language. */
class View {
  readonly section = make('section', { 'aria-labelledby': 'title' });
  readonly #words: Words;
  readonly #lang: string;
  readonly #mood = make('p', { class: 'mood', role: 'status' });
  readonly #servers = make('ul', {});
  readonly #people = make('dl', {});
  readonly #chart = chart();
  readonly #since = make('p', { class: 'soft' });
  readonly #rows = make('tbody', {});
  readonly #more: More;

  constructor(readonly tag: string) {
    const { words, lang, dir } = wordsOf(tag);
    this.#words = words;
    this.#lang = lang;
    set(this.section, { lang, dir });
    const title = make('h2', { id: 'title' }, words.title);
    const servers = make('div', { class: 'half' }, make('h3', {}, words.servers), this.#servers);
    const people = make(
      'div',
      { class: 'half' },
      make('h3', {}, words.people),
      this.#people,
      this.#chart,
      this.#since,
    );
    const heads = [
      words.server,
      words.state,
      words.calls,
      words.failures,
      words.half,
      words.most,
      words.nearly,
    ];
    const head = make('tr', {}, ...heads.map((text) => make('th', { scope: 'col' }, text)));
    // Where it is too wide it scrolls, which must not need a mouse.
    const scroller = make('div', { class: 'scroll', tabindex: '0', role: 'group', 'aria-label': words.table },
      make('table', {}, make('thead', {}, head), this.#rows)); // prettier-ignore
    const details = make('details', {}, make('summary', {}, words.table), scroller);
    this.#more = new More(lang, (value) => this.#number(value));
    const halves = make('div', { class: 'halves' }, servers, people);
    this.section.append(title, this.#mood, halves, details, ...this.#more.nodes);
  }

  draw(health: Health, story: Story, calls: ReturnType<Steadfetch['calls']>): void {
    const words = this.#words;
    const said = fill(words[story.mood], { time: this.#time(story.since ?? 0) });
    // Said anew only where it is another sentence.
    if (this.#mood.textContent !== said) this.#mood.textContent = said;
    set(this.#mood, { class: `mood ${story.mood}` });
    this.#drawServers(health, story.samples);
    this.#drawPeople(health, story.samples);
    this.#rows.replaceChildren(...health.origins.map((origin) => this.#row(origin)));
    this.#more.draw(health, calls);
  }

  #drawServers({ origins }: Health, samples: Sample[]): void {
    // In place, so that what is being read stays.
    const items = origins.slice(0, CHARTS).map(({ origin, state }, at) => {
      const item = this.#servers.children[at] ?? make('li', {}, make('bdi', { dir: 'ltr' }), make('span', { class: 'state' }), chart());
      const [name, word, svg] = item.children as unknown as [HTMLElement, HTMLElement, SVGElement];
      const server = host(origin);
      write(name, server);
      write(word, this.#words[state]);
      set(word, { class: `state ${state}` });
      const counts = samples.map(({ failures }) => failures[origin] ?? 0);
      const count = this.#number(counts.reduce((sum, one) => sum + one, 0));
      bars(svg, counts.map((failed) => ({ failed })), fill(this.#words.serverChart, { server, state: this.#words[state], count }));
      return item;
    }); // prettier-ignore
    if (items.length !== this.#servers.children.length) this.#servers.replaceChildren(...items);
  }

  #drawPeople({ people, since }: Health, samples: Sample[]): void {
    const words = this.#words;
    const names = ['helped', 'waited', 'failed'] as const;
    if (this.#people.children.length === 0) {
      this.#people.append(...names.map((name) => make('div', { class: name }, make('dt', {}, words[name]), make('dd', {}))));
    }
    names.forEach((name, at) => write(this.#people.children[at]!.lastElementChild!, this.#number(people[name])));
    const sums = names.map((name) => [name, this.#number(samples.reduce((sum, sample) => sum + sample[name], 0))]);
    bars(this.#chart, samples, fill(words.peopleChart, Object.fromEntries(sums)));
    write(this.#since, fill(words.since, { time: this.#time(since) }));
  } // prettier-ignore

  #row({ origin, state, calls, failures, p50, p95, p99 }: Health['origins'][number]): HTMLElement {
    const failed = Object.values(failures).reduce((sum, count) => sum + count, 0);
    const cells = [this.#words[state], this.#number(calls), this.#number(failed), ...[p50, p95, p99].map((ms) => this.#ms(ms))];
    const name = make('th', { scope: 'row' }, make('bdi', { dir: 'ltr' }, host(origin)));
    return make('tr', {}, name, ...cells.map((text) => make('td', {}, text)));
  } // prettier-ignore

  #number(value: number): string {
    return new Intl.NumberFormat(this.#lang).format(value);
  }

  #ms(value: number | undefined): string {
    if (value === undefined) return '–';
    return new Intl.NumberFormat(this.#lang, { style: 'unit', unit: 'millisecond' }).format(value);
  }

  #time(at: number): string {
    return new Intl.DateTimeFormat(this.#lang, { hour: 'numeric', minute: '2-digit' }).format(at);
  }
}

/** A bar for each sample, the newest at the end; what failed stands at the bottom. */
function bars(svg: SVGElement, samples: Partial<Sample>[], label: string): void {
  const names = ['failed', 'waited', 'helped'] as const;
  const highest = Math.max(4, ...samples.map((sample) => names.reduce((sum, name) => sum + (sample[name] ?? 0), 0)));
  const rects: Element[] = [];
  samples.forEach((sample, index) => {
    let y = HIGH;
    for (const name of names) {
      const height = ((sample[name] ?? 0) / highest) * HIGH;
      if (height <= 0) continue;
      y -= height;
      const rect = document.createElementNS(SVG, 'rect');
      const x = KEPT - samples.length + index;
      set(rect, { class: name, x: `${x + 0.1}`, y: `${y}`, width: '0.8', height: `${height}` });
      rects.push(rect);
    }
  });
  set(svg, { 'aria-label': label });
  svg.replaceChildren(...rects);
} // prettier-ignore

function chart(): SVGElement {
  const svg = document.createElementNS(SVG, 'svg');
  set(svg, { viewBox: `0 0 ${KEPT} ${HIGH}`, preserveAspectRatio: 'none', role: 'img' });
  return svg;
}

function host(origin: string): string {
  try {
    const { host, pathname } = new URL(origin);
    return host + (pathname === '/' ? '' : pathname);
  } catch {
    return origin;
  }
}

function fill(text: string, values: Values): string {
  return text.replace(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ''));
}
