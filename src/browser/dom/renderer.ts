// Draws notices from plain views: cards in areas of the page, words for screen readers, timers, keys and focus.
import { createAnnouncer } from './announcer.js';
import { type Area, createArea, raise, reach } from './area.js';
import { watchAttention } from './attention.js';
import { arrange, icon, make, makeHost, set, write } from './build.js';
import { createCard, type Card } from './card.js';
import { createClock, wordsOf } from './clock.js';
import { covers } from './cover.js';
import { pressed } from './keys.js';
import { focusedElement, topModal, watchLayers } from './modal.js';
import { enter, leave, still } from './motion.js';
import { theme } from './theme.js';
import type { Hints, HintTools, More, Renderer, RendererHost, RendererOptions, View } from './types.js';

/** What hints and panels are built with: they are loaded apart, and share no source. */
export const BUILDING = { arrange, icon, make, makeHost, reach, set, theme, write };

export type * from './types.js';
export { linkOf } from './links.js';

/** What the focus goes to where nothing else is known. */
const FOCUSABLE = ':is(button,input,select,textarea):enabled,a[href],[tabindex="0"]';

/** Where toasts go to cover nothing; the last one must do. */
const WAYS = ['', 'flipped', 'pill', 'pill flipped'];

/** So many seconds before the attempt a countdown is spoken, beside its start. */
const SPOKEN = [30, 10, 0];

/** Starts with nothing to see, and the voices in place as soon as the page has a body. */
export function createRenderer(options: RendererOptions, host: RendererHost): Renderer {
  const settings = { ...options };
  const sheet = theme();
  const announcer = createAnnouncer(sheet, host.speaks);
  const toasts = createArea('toasts', sheet);
  const banner = createArea('banner', sheet);
  const more = make('button', 'more', { type: 'button' });
  /** In the order of the views. */
  let shown = new Map<string, Card>();
  const end = new AbortController();
  const { signal } = end;
  const clock = createClock(host.expired, tick);
  /** Of a countdown, lately. */
  let spoken: string | undefined;
  let hints: Hints | undefined;
  const areas = (): Area[] => [...(hints?.areas ?? []), banner, toasts];
  const regions = () => areas().map((area) => area.region);
  const attention = watchAttention(regions, attended, signal);
  let mounts: Element[] = [];
  /** Out of the way of what has the focus: at the other edge, or all in one button. */
  let way = '';
  /** A panel of ours is open, in which all can be read. */
  let panel = false;
  let top = false;
  /** There are toasts, or will be in a moment. */
  let some = false;
  let rest: More | undefined;
  /** The person looks at those that wait for a place. */
  let queue = false;
  let held = false;
  let modal: Element | undefined;
  let inside = false;
  /** What had the focus before it came to the notices. */
  let origin: HTMLElement | undefined;

  const layers = watchLayers(settle, signal);

  function dress(): void {
    const { position = 'bottom-end', labels } = settings;
    const [edge, side = 'middle'] = position.split('-');
    top = (edge === 'top') !== way.includes('flipped');
    look(toasts.region, 'toasts', `${top ? 'top' : 'bottom'} ${side} ${way}`);
    look(banner.region, 'banner');
    set(toasts.region, { 'aria-label': labels.toasts });
    set(banner.region, { 'aria-label': labels.banner });
  }

  function look(region: HTMLElement, name: string, where = ''): void {
    const { density = '', theme = 'auto' } = settings;
    set(region, { class: `${name} ${theme} ${density} ${where}` });
  }

  /** Puts our hosts where they belong, also after the page's body was replaced. An empty area is not in the page. */
  function settle(): void {
    const { body } = document;
    if (signal.aborted || !body) return;
    const before = modal;
    modal = topModal(modal);
    // In a modal that leaves the page they would be gone with it.
    if (inside !== !!modal) {
      inside = !!modal;
      layers.observe(document, { subtree: true, attributeFilter: ['open'], childList: inside });
    }
    const home = modal ?? body;
    if (move(announcer.host, home)) announcer.moved();
    // Outside a modal it could be heard, and not reached. A panel of our own has no room for it.
    const place = (panel ? undefined : modal) ?? mounts.find((target) => target.isConnected) ?? body;
    if (!banner.region.firstChild) banner.host.remove();
    else if (banner.host.parentNode !== place) place.prepend(banner.host);
    if (!some && !toasts.region.firstChild) toasts.host.remove();
    // The end of the page: last in the order of the tab key.
    else if (move(toasts.host, home) || modal !== before) raise(toasts.region);
  }

  const focused = () => areas().reduce<HTMLElement | null>((found, area) => found ?? area.focused(), null);
  const cardAt = (node: Node | null) => [...shown.values()].find((card) => card.node.contains(node));
  const cards = () =>
    regions().flatMap((region) => [...region.children].flatMap((node) => cardAt(node) ?? []));
  const calm = () => {
    const { reducedMotion = 'auto' } = settings;
    return reducedMotion === 'auto' ? still() : reducedMotion;
  };

  function render(views: readonly View[], waiting?: More): void {
    if (signal.aborted || !document.body) return;
    const focus = focused();
    const from = focus && cardAt(focus);
    const before = cards();
    const old = shown;
    const fresh: HTMLElement[] = [];
    const leaving: HTMLElement[] = [];
    rest = waiting;
    shown = new Map();
    for (const view of views) {
      const known = old.get(view.id);
      const card = known ?? createCard(host, view);
      if (!known) fresh.push(card.node);
      shown.set(view.id, card);
      // Its attempt has begun, whose news may come before the last tick.
      if (card.view.retryAt && !view.retryAt && view.state === 'shown') count(view.countdown);
      card.update(view);
      clock.set(view.id, wordsOf(view), view.closesAfter, view.retryAt);
    }
    for (const [id, { node }] of old) {
      if (shown.has(id)) continue;
      leaving.push(node);
      node.inert = true;
      clock.drop(id);
    }
    const stood = toasts.host.isConnected;
    place();
    if (stood && fresh.some((node) => toasts.region.contains(node)) && !toasts.focused())
      raise(toasts.region);
    if (focus && from) refocus(focus, from, before);
    // What asks for the layout comes before what changes it again.
    if (fresh.length + leaving.length) {
      reach(toasts.region);
      avoid();
    }
    if (!views.length) announcer.clear();
    attention.check();
    for (const node of fresh) enter(node, top ? -10 : 10, calm());
    for (const node of leaving) leave(node, calm(), settle);
  }

  function place(): void {
    const all = [...shown.values()];
    const on = (surface: string) => all.filter((card) => card.view.surface === surface);
    const nodes = (surface: string) => on(surface).map((card) => card.node);
    hints?.render(on('inline'));
    const stack = nodes('toast');
    const { labels } = settings;
    const lang = all[0]?.view.lang;
    const pilled = isPilled();
    // In one button are all of them.
    const count = stack.length + (queue ? 0 : (rest?.count ?? 0));
    write(more, pilled ? `${labels.toasts}: ${count.toLocaleString(lang)}` : rest?.label);
    set(more, { 'aria-expanded': String(queue && !pilled) });
    if (more.textContent && stack.length) stack.push(more);
    some = stack.length > 0;
    // The region comes on top while it is empty: raised, it is laid out with all that is in it.
    if (some) settle();
    arrange(banner.region, nodes('banner'));
    // Older ones stay at the edge, where they were; newer ones come on the side of the page.
    arrange(toasts.region, top ? stack : stack.reverse());
    for (const { view } of all.slice(0, 1)) {
      for (const area of [banner, toasts]) set(area.host, { lang: view.lang, dir: view.dir });
    }
    settle();
  }

  /** Notices give way to what has the focus. */
  function avoid(): void {
    const focus = focusedElement();
    if (!toasts.region.firstChild || focused()) return;
    const before = way;
    if (!focus || focus === document.body) turn('');
    else {
      // The first one that is free, else the last.
      (panel ? WAYS.slice(2) : WAYS).some((next) => {
        turn(next);
        return !covers([...toasts.region.children], focus);
      });
    }
    if (way !== before) attention.check();
  }

  const isPilled = () => way.includes('pill');

  function turn(next: string): void {
    if (way === next) return;
    way = next;
    dress();
    place();
  }

  function attended(hold: boolean, busy: boolean): void {
    held = hold;
    // What nobody sees is not being read.
    clock.hold(held || isPilled());
    if (!busy && queue) host.queue((queue = false));
  }

  function tick(id: string): void {
    const card = shown.get(id)!;
    const text = card.tick();
    const left = Math.round((card.view.retryAt! - Date.now()) / 1000);
    // A page that was busy may have missed the very second.
    if (SPOKEN.some((second) => left <= second && second < (card.left ?? left + 1))) count(text);
    card.left = left;
  }

  /** Speaks of a countdown. */
  function count(text: string | undefined): void {
    if (text && text !== spoken) announcer.say(text, 'polite');
    spoken = text;
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
    const all = [...(modal ?? document).querySelectorAll<HTMLElement>(FOCUSABLE)];
    if (origin?.isConnected && origin !== document.body) all.unshift(origin);
    const seen = all.find((node) => node.checkVisibility?.({ visibilityProperty: true }) ?? true);
    focusOn(seen, visible);
  }

  /** `visible`: by a key, with which the browser would draw no ring by itself where a mouse was used before. */
  function focusOn(node: HTMLElement | null | undefined, visible = false): void {
    node?.focus({ preventScroll: true, ...(visible && { focusVisible: true }) } as FocusOptions);
  }

  /** The hotkey leads to the latest notice and back. */
  function jump(event: KeyboardEvent): void {
    const { hotkey = 'Alt+T' } = settings;
    // Another client of the page may have taken it.
    if (event.defaultPrevented || !shown.size || !hotkey || !pressed(event, hotkey)) return;
    event.preventDefault();
    if (focused()) return goBack(true);
    if (isPilled()) turn('');
    const all = [...shown.values()].reverse();
    const reached = all.filter(
      ({ node }) => !modal || modal.contains((node.getRootNode() as ShadowRoot).host),
    );
    const latest = reached.find((card) => card.view.surface === 'toast') ?? reached[0];
    focusOn(latest?.node.querySelector<HTMLElement>('.actions>*,.close'), true);
  }

  function arrived({ relatedTarget: from }: FocusEvent): void {
    const own = areas().some(({ host, region }) => host === from || region.contains(from as Node | null));
    if (from instanceof HTMLElement && !own) origin = from;
  }

  /** Above what came to the top layer since; the focus would be lost on the way. */
  function lift(): void {
    if (toasts.host.isConnected && !toasts.focused()) raise(toasts.region);
  }

  function start(): void {
    settle();
    host.ready();
  }

  function watch(area: Area): Area {
    attention.watch(area.region);
    area.region.addEventListener('focusin', arrived, { signal });
    return area;
  }

  const hear = (target: EventTarget, type: string, heard: (event: never) => void) =>
    target.addEventListener(type, heard as EventListener, { signal, capture: true });

  dress();
  more.onclick = () => {
    if (isPilled()) {
      turn('');
      focusOn([...shown.values()].find((card) => card.view.surface === 'toast')?.close);
    } else host.queue((queue = !queue));
  };
  watch(banner);
  watch(toasts);
  // No dialog takes a press on a card for one beside itself.
  for (const type of ['pointerdown', 'mousedown', 'click'])
    toasts.host.addEventListener(type, (event) => event.stopPropagation(), { signal });
  hear(window, 'keydown', jump);
  hear(document, 'toggle', ({ newState }: ToggleEvent) => newState === 'open' && lift());
  hear(document, 'fullscreenchange', settle);
  hear(document, 'focusin', () => {
    settle();
    // The browser scrolls to what has the focus.
    setTimeout(avoid);
  });
  hear(document, 'scrollend', avoid);
  hear(window, 'resize', avoid);
  if (document.body) queueMicrotask(() => signal.aborted || start());
  else document.addEventListener('DOMContentLoaded', start, { signal, once: true });

  return {
    render,
    giveWay(now) {
      panel = now;
      settle();
      avoid();
    },
    announce(text, politeness, id = '') {
      const { actions = [], retryAt, countdown } = shown.get(id)?.view ?? {};
      const acts = actions.length > 0 && settings.hotkey !== false;
      announcer.say(
        [text, retryAt && countdown, acts && settings.labels.hint].filter(Boolean).join(' '),
        politeness,
      );
    },
    hints(create, hintHost) {
      const tools: HintTools = {
        area: (name) => watch(createArea(name, sheet)),
        dress: look,
        building: BUILDING,
      };
      hints = create(tools, hintHost);
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
      hints?.dispose();
      for (const { host } of [announcer, banner, toasts]) host.remove();
      shown.clear();
    },
  };
}

/** Moves a node to the end of another one, as gently as the browser can; whether it was elsewhere. */
function move(node: HTMLElement, to: Element): boolean {
  if (node.parentNode === to) return false;
  // Not every engine has it, and it takes only what is in the page already.
  const gently = (to as { moveBefore?(node: Node, before: null): void }).moveBefore;
  if (gently && node.isConnected) gently.call(to, node, null);
  else to.append(node);
  return true;
}
