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
}

/** What fills a panel. */
export interface Filling {
  readonly heading: string;
  readonly content: HTMLElement;
  /** Buttons at the end of the panel, before the one that closes it. */
  readonly foot: readonly HTMLElement[];
  /** Something changed that it shows. */
  update(): void;
}

export interface OpenPanel {
  /** The words are other ones now. */
  reword(): void;
  close(): void;
}

const FILLINGS = { history: fillHistory, preferences: fillPreferences };

/** Opens a panel of these notices. `tools`: what it is built with, since it is loaded apart and shares no source. */
export async function openPanel(
  name: PanelName,
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
    open: (other) => live.openPanel(other),
  };
  let words = await loadWords(extras!.languages);
  const dialog = document.createElement('dialog');
  const panel = make('section', 'panel');
  const { host: place, root } = makeHost('panel', tools.theme(), dialog);
  root.adoptedStyleSheets = [...root.adoptedStyleSheets, panelTheme()];
  // A press beside it closes it, where the browser knows that.
  set(dialog, { 'aria-labelledby': 'heading', closedby: 'any', class: 'moves' });
  dialog.append(panel);
  let filling: Filling;

  function fill(): void {
    filling = FILLINGS[name](host, words);
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
    foot.append(...filling.foot, button('done action', words.text('panel.done')));
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
  document.body.append(place);
  dialog.showModal();
  update();
  live.giveWay(true);
  live.listeners.add(update);
  preferences.appliers.push(update);
  dialog.addEventListener('close', () => {
    live.listeners.delete(update);
    preferences.appliers.splice(preferences.appliers.indexOf(update), 1);
    // The browser has given the focus back to where it was.
    live.giveWay(false);
    place.remove();
  });

  return {
    async reword() {
      words = await loadWords(extras!.languages);
      if (dialog.open) fill();
    },
    close: () => dialog.close(),
  };
}

export type { PanelWords };
