// What is kept on this device, and how far features are on, as it changes.
import type { FeatureLevel, OutboxEntry } from 'steadfetch';
import { FEATURES, type FeatureName, steady } from '../net/steady';
import { timeOfDay } from '../page/ago';
import { arrange, button, h, part, set, write } from '../page/dom';
import { type Copy, listCopies } from './copies';
import { sendFromSecondTab } from './second-tab';

/** Copies have no event of their own. */
const LOOKS_EVERY = 2000;
const TITLES: Record<FeatureName, string> = { orders: 'Orders', search: 'Search', carrier: 'Carrier' };
const LEVELS = ['auto', 'full', 'reduced', 'off'] as const;

/** Fills the lists and keeps them true. */
export function startContents(): void {
  part('copies').append(copiesFoot());
  part('outbox').append(outboxFoot());
  part('features').append(...FEATURES.map(featureRow));
  steady.on('outbox', () => void drawOutbox());
  steady.on('feature', drawFeatures);
  void steady.ready.then(drawOutbox);
  const look = async () => {
    if (!document.hidden) await Promise.all([drawCopies(), drawOutbox()]);
    setTimeout(() => void look(), LOOKS_EVERY);
  };
  void look();
  drawFeatures();
}

async function drawCopies(): Promise<void> {
  const copies = await listCopies();
  const bytes = copies.reduce((sum, copy) => sum + copy.bytes, 0);
  write(part('copies-count'), String(copies.length));
  write(part('copies-sum'), copies.length === 0 ? '' : `${size(bytes)} in all`);
  arrange(
    part('copies-list'),
    copies.length > 0 ? copies.map(copyRow) : [nothing('Answers that the shop gets are kept here.')],
  );
}

function copyRow({ route, came, bytes }: Copy): HTMLElement {
  return h(
    'li',
    {},
    h('span', { class: 'what' }, route),
    h('span', { class: 'figure' }, old(Date.now() - came)),
    h('span', { class: 'figure' }, size(bytes)),
  );
}

function copiesFoot(): HTMLElement {
  const clear = button('press small', () => void steady.cache.clear().then(drawCopies), 'Delete all');
  return h('div', { class: 'contents-foot' }, h('p', { id: 'copies-sum' }), clear);
}

async function drawOutbox(): Promise<void> {
  const entries = await steady.outbox.entries();
  write(part('outbox-count'), String(entries.length));
  set(part('flush'), { hidden: entries.length === 0 });
  arrange(
    part('outbox-list'),
    entries.length > 0
      ? entries.map(entryRow)
      : [nothing('Orders that are saved without a server wait here, on disk.')],
  );
}

const rows = new Map<string, { node: HTMLElement; text: string }>();

/** A row lives as long as its entry says the same, so that its buttons keep the focus. */
function entryRow(entry: OutboxEntry): HTMLElement {
  const { id, method, route, lane, attempts, state, fault, reason } = entry;
  const text = JSON.stringify([attempts, state, fault?.code, reason]);
  const known = rows.get(id);
  if (known?.text === text) return known.node;
  const count = attempts === 1 ? '1 attempt' : `${attempts} attempts`;
  const why = reason ?? fault?.code;
  const node = h(
    'li',
    { 'data-state': state },
    h('span', { class: 'what' }, `${method} ${own(route)}`),
    h('span', { class: 'state', 'data-kept': state }, state),
    h('span', { class: 'more' }, `lane ${lane} · ${count}${why ? ` · ${why}` : ''}`),
    h(
      'span',
      { class: 'acts' },
      button('link', () => void steady.outbox.retry(id), 'Retry'),
      button('link', () => void steady.outbox.discard(id), 'Discard'),
    ),
  );
  rows.set(id, { node, text });
  return node;
}

function outboxFoot(): HTMLElement {
  const flush = button('press small', () => void steady.outbox.flush(), 'Send now');
  flush.id = 'flush';
  const second = button('press small', () => void sendFromSecondTab(), 'Kill a tab in mid-send …');
  return h('div', { class: 'contents-foot' }, second, flush);
}

function featureRow(name: FeatureName): HTMLElement {
  const choices = LEVELS.map((level) => {
    const input = h('input', {
      type: 'radio',
      name: `level-${name}`,
      value: level,
      checked: level === 'auto',
    });
    input.addEventListener('change', () => steady.features.set(name, level, 'the lab'));
    return h('label', {}, input, h('span', {}, level));
  });
  return h(
    'li',
    {},
    h('span', { class: 'what' }, TITLES[name]),
    h(
      'fieldset',
      { class: 'levels' },
      h('legend', { class: 'unseen' }, `${TITLES[name]}, by hand`),
      ...choices,
    ),
    h('span', { class: 'state', id: `level-${name}` }),
    h('span', { class: 'more', id: `why-${name}` }),
  );
}

function drawFeatures(): void {
  let less = 0;
  for (const name of FEATURES) {
    const { level, why, since } = steady.features.get(name);
    if (level !== 'full') less += 1;
    write(part(`level-${name}`), level);
    set(part(`level-${name}`), { 'data-level': level satisfies FeatureLevel });
    const reason = why === undefined ? '' : typeof why === 'string' ? why : `its breaker: ${why.kind}`;
    write(part(`why-${name}`), reason && `since ${timeOfDay(since)}, ${reason}`);
  }
  write(part('features-count'), String(less));
  set(part('features-count'), { 'data-less': less > 0 });
}

function nothing(words: string): HTMLElement {
  return h('li', { class: 'nothing' }, words);
}

/** Without the visitor's own part. */
function own(route: string): string {
  return route.replace(/^.*\/s\/[^/]+/, '');
}

function old(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min`;
}

function size(bytes: number): string {
  return bytes < 1000 ? `${bytes} B` : `${(bytes / 1000).toFixed(1)} KB`;
}
