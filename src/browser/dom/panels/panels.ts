// Panels that a person opens: a modal dialog in a shadow root of its own, and what is in it.
import type * as api from '../../../../pkg/types/index';
import type { LiveNotices } from '../../../../pkg/src/live-notices';
import type { BUILDING } from '../renderer.js';
import { fillHistory } from './history.js';
import { fillPreferences } from './preferences.js';
import { panelTheme } from './theme.js';
import { loadWords, type PanelWords } from './words.js';

export type PanelName = 'history' | 'preferences';

/** What a panel is filled from. */
export interface PanelHost {
  readonly tools: typeof BUILDING;
  list(): api.Notice[];
  /** A label of the notices. */
  label(id: string): string;
  readonly preferences: { get(): api.Preferences; set(changes: api.Preferences): void };
  open(other: PanelName): void;
  /** Fills the panel anew. */
  again(): void;
}

/** What fills a panel. */
export interface Filling {
  readonly heading: string;
  readonly content: HTMLElement;
  /** Buttons at the end of the panel, before the one that closes it. */
  readonly foot: readonly HTMLElement[];
  /** What the button that closes the panel says, where it is not all that is left to do; it stands first then. */
  readonly cancel?: string;
  /** What was filled in is not lost by a press beside the panel. */
  readonly keeps?: boolean;
  /** Something changed that it shows. */
  update(): void;
  closed?(): void;
}

/** Fills a panel, each time that its words are other ones. */
export type Fill = (host: PanelHost, words: PanelWords) => Filling;

export interface OpenPanel {
  /** The words are other ones now. */
  reword(): void;
  close(): void;
}

const FILLINGS = { history: fillHistory, preferences: fillPreferences };

/** Opens a panel of these notices, a known one or one that somebody fills. `tools`: what it is built with, since it is loaded apart and shares no source. */
export async function openPanel(
  what: PanelName | Fill,
  live: LiveNotices,
  tools: typeof BUILDING,
): Promise<OpenPanel> {
  const { make, makeHost, icon, set } = tools;
  const { preferences, extras } = live.host;
  const { theme: look = 'auto' } = live.surfaces || {};
  const host: PanelHost = {
    tools,
    preferences,
    list: () => live.list(),
    label: (id) => live.label(id),
    open: (other) => void live.openPanel(other),
    again: () => {
      fill();
      panel.querySelector<HTMLElement>('.foot :last-child')?.focus();
    },
  };
  const fillFrom = typeof what === 'function' ? what : FILLINGS[what];
  let words = await loadWords(extras!.languages);
  const dialog = document.createElement('dialog');
  const panel = make('section', 'panel');
  const { host: place, root } = makeHost('panel', tools.theme(), dialog);
  root.adoptedStyleSheets = [...root.adoptedStyleSheets, panelTheme()];
  set(dialog, { 'aria-labelledby': 'heading', class: 'moves' });
  dialog.append(panel);
  let filling: Filling;

  function fill(): void {
    filling = fillFrom(host, words);
    const { cancel, keeps } = filling;
    const head = make('div', 'head');
    const heading = make('h2', 'heading', { id: 'heading' });
    const cross = icon({ 'aria-hidden': 'true' });
    const close = button('close', '');
    const foot = make('div', 'foot');
    cross.draw('close');
    close.append(cross.svg);
    set(close, { 'aria-label': words.text('panel.close') });
    heading.textContent = filling.heading;
    head.append(heading, close);
    const done = button('done action', cancel ?? words.text('panel.done'));
    foot.append(...(cancel ? [done, ...filling.foot] : [...filling.foot, done]));
    // A press beside it closes it, where the browser knows that.
    set(dialog, { closedby: keeps ? 'closerequest' : 'any' });
    set(panel, { class: `panel ${look}` });
    set(place, { lang: words.lang, dir: words.dir });
    panel.replaceChildren(head, filling.content, foot);
    update();
  }

  function button(part: string, text: string): HTMLButtonElement {
    const node = make('button', part, { type: 'button' });
    node.textContent = text;
    node.onclick = () => dialog.close();
    return node;
  }

  function update(): void {
    filling.update();
    tools.reach(filling.content);
  }

  fill();
  const before = focused();
  document.body.append(place);
  dialog.showModal();
  update();
  live.giveWay(true);
  // A page that is drawn anew may take it out, which no event tells; then it is closed, and can be opened again.
  const watcher = new MutationObserver(() => place.isConnected || dialog.close());
  watcher.observe(document, { childList: true, subtree: true });
  live.listeners.add(update);
  preferences.appliers.push(update);
  dialog.addEventListener('close', () => {
    watcher.disconnect();
    live.listeners.delete(update);
    preferences.appliers.splice(preferences.appliers.indexOf(update), 1);
    // The browser has given the focus back to where it was, unless that was a notice, which was out of the way.
    live.giveWay(false);
    place.remove();
    if (document.activeElement === document.body) before?.focus();
    filling.closed?.();
  });

  return {
    async reword() {
      words = await loadWords(extras!.languages);
      if (dialog.open) fill();
    },
    close: () => dialog.close(),
  };
}

function focused(): HTMLElement | null {
  let at = document.activeElement;
  while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
  return at as HTMLElement | null;
}

export type { PanelWords };
