// Panels that a person opens: a modal dialog in a shadow root of its own, and what is in it.
import type * as api from '../../../../pkg/types/index';
import type { reach } from '../area.js';
import type { arrange, icon, make, makeHost, set, write } from '../build.js';
import type { theme } from '../theme.js';
import { fillHistory } from './history.js';
import { fillPreferences } from './preferences.js';
import { panelTheme } from './theme.js';
import { loadWords, type PanelWords } from './words.js';

export type PanelName = 'history' | 'preferences';

/** What panels are given: they are loaded apart, and share no source. */
export interface PanelHost {
  /** Those of the notices, the spoken one first. */
  languages(): readonly string[];
  readonly look: string;
  readonly tools: {
    arrange: typeof arrange;
    icon: typeof icon;
    make: typeof make;
    makeHost: typeof makeHost;
    reach: typeof reach;
    set: typeof set;
    theme: typeof theme;
    write: typeof write;
  };
  list(): api.Notice[];
  /** A label of the notices. */
  label(id: string): string;
  readonly preferences: { get(): Required<api.Preferences>; set(changes: api.Preferences): void };
  /** Hears of notices and preferences that changed. */
  on(heard: () => void): () => void;
  open(other: PanelName): void;
  /** It opened or closed. */
  changed(): void;
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

export async function openPanel(name: PanelName, host: PanelHost): Promise<OpenPanel> {
  const { make, makeHost, icon, set } = host.tools;
  let words = await loadWords(host.languages());
  const dialog = document.createElement('dialog');
  const panel = make('section', 'panel');
  const { host: place, root } = makeHost('panel', host.tools.theme(), dialog);
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
    set(panel, { class: `panel ${host.look}` });
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
    host.tools.reach(filling.content);
  }

  fill();
  document.body.append(place);
  dialog.showModal();
  update();
  host.changed();
  const off = host.on(update);
  dialog.addEventListener('close', () => {
    off();
    // The browser has given the focus back to where it was.
    host.changed();
    place.remove();
  });

  return {
    async reword() {
      words = await loadWords(host.languages());
      if (dialog.open) fill();
    },
    close: () => dialog.close(),
  };
}

export type { PanelWords };
