// Draws notices from plain views: cards in two areas, words for screen readers, timers, keys and focus.
import { createAnnouncer } from './announcer.js';
import { createArea, raise, reach } from './area.js';
import { watchAttention } from './attention.js';
import { arrange, make, set, write } from './build.js';
import { createCard, type Card } from './card.js';
import { createClock, readingTime } from './clock.js';
import { pressed } from './keys.js';
import { enter, leave } from './motion.js';
import { theme } from './theme.js';
import type { More, Renderer, RendererHost, RendererOptions, View } from './types.js';

export type * from './types.js';
export { safeHref } from './links.js';

/** What the focus goes to where nothing else is known. */
const FOCUSABLE = 'a[href],button:enabled,input:enabled,select:enabled,textarea:enabled,[tabindex="0"]';

/** Starts with nothing to see, and the voices in place as soon as the page has a body. */
export function createRenderer(options: RendererOptions, host: RendererHost): Renderer {
  const settings = { ...options };
  const sheet = theme();
  const announcer = createAnnouncer(sheet);
  const toasts = createArea('toasts', sheet);
  const banner = createArea('banner', sheet);
  const areas = [banner, toasts];
  const regions = areas.map((area) => area.region);
  const more = make('p', 'more');
  /** In the order of the views. */
  let shown = new Map<string, Card>();
  const end = new AbortController();
  const { signal } = end;
  const clock = createClock(host.expired, (id) => shown.get(id)?.tick());
  const attend = watchAttention(regions, clock.hold, signal);
  let mounts: Element[] = [];
  let top = false;
  /** What had the focus before it came to the notices. */
  let origin: HTMLElement | undefined;

  function dress(): void {
    const { position = 'bottom-end', density = '', theme: look = 'auto', labels } = settings;
    const [edge, side = 'middle'] = position.split('-');
    top = edge === 'top';
    set(toasts.region, { class: `toasts ${look} ${density} ${edge} ${side}`, 'aria-label': labels.toasts });
    set(banner.region, { class: `banner ${look} ${density}`, 'aria-label': labels.banner });
  }

  /** Puts our hosts where they belong, also after the page's body was replaced. An empty area is not in the page. */
  function settle(): void {
    const { body } = document;
    if (signal.aborted) return;
    if (!announcer.host.isConnected) body.append(announcer.host);
    const place = mounts.find((target) => target.isConnected) ?? body;
    if (!banner.region.firstChild) banner.host.remove();
    else if (banner.host.parentNode !== place) place.prepend(banner.host);
    if (!toasts.region.firstChild) toasts.host.remove();
    // The end of the page: last in the order of the tab key.
    else if (!toasts.host.isConnected) {
      body.append(toasts.host);
      raise(toasts.region);
    }
  }

  const focused = () => banner.focused() ?? toasts.focused();
  const cardAt = (node: Node | null) => [...shown.values()].find((card) => card.node.contains(node));
  const cards = () => regions.flatMap((region) => [...region.children].flatMap((node) => cardAt(node) ?? []));

  function render(views: readonly View[], rest?: More): void {
    if (signal.aborted || !document.body) return;
    const focus = focused();
    const from = focus && cardAt(focus);
    const before = cards();
    const old = shown;
    const fresh: HTMLElement[] = [];
    const leaving: HTMLElement[] = [];
    shown = new Map();
    for (const view of views) {
      const known = old.get(view.id);
      const card = known ?? createCard(host, view);
      if (!known) fresh.push(card.node);
      shown.set(view.id, card);
      card.update(view);
      clock.set(view.id, reading(view), view.retryAt);
    }
    for (const [id, { node }] of old) {
      if (shown.has(id)) continue;
      leaving.push(node);
      node.inert = true;
      clock.drop(id);
    }
    place(rest);
    if (fresh.some((node) => toasts.region.contains(node)) && !toasts.focused()) raise(toasts.region);
    if (focus && from) refocus(focus, from, before);
    for (const node of fresh) enter(node, top ? -10 : 10);
    for (const node of leaving) leave(node, settle);
    if (fresh.length + leaving.length) reach(toasts.region);
    if (!views.length) announcer.clear();
    attend();
  }

  function place(rest: More | undefined): void {
    const nodes = (surface: string) =>
      [...shown.values()].filter((card) => card.view.surface === surface).map((card) => card.node);
    const stack = nodes('toast');
    write(more, rest?.count ? rest.label : '');
    if (rest?.count) stack.push(more);
    arrange(banner.region, nodes('banner'));
    // Older ones stay at the edge, where they were; newer ones come on the side of the page.
    arrange(toasts.region, top ? stack : stack.reverse());
    for (const { view } of shown.values()) {
      for (const area of areas) set(area.host, { lang: view.lang, dir: view.dir });
      break;
    }
    settle();
  }

  function reading({ expires, title, body = '', safe = '' }: View): number | undefined {
    const time = readingTime(title + body + safe) * (settings.readingTime ?? 1);
    return expires && time < Infinity ? time : undefined;
  }

  /** Focus never moves by itself, and never falls back to the body: not by a move, an update or a close. */
  function refocus(focus: HTMLElement, card: Card, before: Card[]): void {
    const now = cards();
    const at = before.indexOf(card);
    const near = [card, ...before.slice(at + 1), ...before.slice(0, at).reverse()];
    const next = near.find((one) => now.includes(one));
    if (!next) return goBack();
    if (next === card && focused() !== focus) focusOn(focus);
    if (cardAt(focused()) !== next) focusOn(next.close);
  }

  function goBack(visible = false): void {
    const known = origin?.isConnected && origin !== document.body ? origin : undefined;
    focusOn(known ?? document.querySelector<HTMLElement>(FOCUSABLE), visible);
  }

  /** `visible`: by a key, with which the browser would draw no ring by itself where a mouse was used before. */
  function focusOn(node: HTMLElement | null | undefined, visible = false): void {
    node?.focus({ preventScroll: true, ...(visible && { focusVisible: true }) } as FocusOptions);
  }

  /** The hotkey leads to the latest notice and back. */
  function jump(event: KeyboardEvent): void {
    const { hotkey = 'Alt+T' } = settings;
    if (!shown.size || !hotkey || !pressed(event, hotkey)) return;
    event.preventDefault();
    if (focused()) return goBack(true);
    const all = [...shown.values()].reverse();
    const latest = all.find((card) => card.view.surface === 'toast') ?? all[0];
    focusOn(latest?.node.querySelector<HTMLElement>('button,a'), true);
  }

  function arrived({ relatedTarget: from }: FocusEvent): void {
    const own = areas.some(({ host, region }) => host === from || region.contains(from as Node | null));
    if (from instanceof HTMLElement && !own) origin = from;
  }

  function start(): void {
    settle();
    host.ready();
  }

  dress();
  for (const region of regions) region.addEventListener('focusin', arrived, { signal });
  addEventListener('keydown', jump, { signal, capture: true });
  if (document.body) queueMicrotask(() => signal.aborted || start());
  else document.addEventListener('DOMContentLoaded', start, { signal, once: true });

  return {
    render,
    announce(text, politeness, id = '') {
      const acts = shown.get(id)?.view.actions.length && settings.hotkey !== false;
      announcer.say([text, ...(acts ? [settings.labels.hint] : [])].join(' '), politeness);
    },
    mount(target) {
      mounts = [target, ...mounts];
      settle();
      return () => {
        mounts = mounts.filter((mount) => mount !== target);
        settle();
      };
    },
    configure(changes) {
      Object.assign(settings, changes);
      dress();
    },
    dispose() {
      if (focused()) goBack();
      end.abort();
      clock.dispose();
      announcer.dispose();
      for (const { host } of [announcer, ...areas]) host.remove();
      shown.clear();
    },
  };
}
