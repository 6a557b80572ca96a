// What the renderer is given and what it calls back. Everything is in the person's words already: it holds no text.

import type { Area } from './area.js';
import type { BUILDING } from './renderer.js';
import type { Card } from './card.js';
import type { Told } from './anchors.js';

export type Severity = 'info' | 'success' | 'warning' | 'error';
export type Politeness = 'polite' | 'assertive';

/** One visible notice. */
export interface View {
  id: string;
  /** What makes it the same notice. */
  cause: string;
  surface: 'inline' | 'toast' | 'banner';
  /** Of the element that an inline one is about. */
  anchor?: number;
  fault?: { kind: string };
  severity: Severity;
  /** "Warning": what the icon says. */
  severityWord: string;
  title: string;
  body?: string;
  safe?: string;
  count: number;
  /** "40 requests"; absent where the count says nothing. */
  countText?: string;
  code?: string;
  /** "Reference: SF-timeout", shown under Details. */
  codeText?: string;
  /** Where that leads. */
  help?: string;
  /** Epoch milliseconds; while it is ahead, the countdown is asked for anew each second. */
  retryAt?: number;
  /** "Trying again in 12 seconds", as of now. */
  countdown?: string;
  actions: ViewAction[];
  /** Under Details, where problems can be reported. */
  reportLabel?: string;
  dismissLabel: string;
  detailsLabel: string;
  state: 'shown' | 'resolved';
  lang: string;
  dir: 'ltr' | 'rtl';
  /** It closes by itself once it was in sight for so long, ms. */
  closesAfter?: number | undefined;
}

export interface ViewAction {
  id: string;
  label: string;
  href?: string;
}

/** How many more wait for a place, and the words for it. */
export interface More {
  count: number;
  label: string;
}

export interface Labels {
  /** Names the landmark of toasts. */
  toasts: string;
  /** Names the landmark of the banner. */
  banner: string;
  /** Spoken after a notice that has actions: "Press Alt+T for actions." */
  hint?: string;
}

export interface RendererOptions {
  labels: Labels;
  position?: 'top-start' | 'top' | 'top-end' | 'bottom-start' | 'bottom' | 'bottom-end';
  density?: 'comfortable' | 'compact';
  theme?: 'auto' | 'light' | 'dark';
  /** As in aria-keyshortcuts. */
  hotkey?: string | false;
  /** 'auto': as the device has it. */
  reducedMotion?: 'auto' | boolean;
}

export interface RendererHost {
  /** Whether this page is the one that speaks; undefined: not known yet. */
  speaks(): boolean | undefined;
  /** The page has a body: what waits may be drawn. */
  ready(): void;
  dismiss(id: string): void;
  act(id: string, action: string): void;
  expired(id: string): void;
  /** Fresh text for a notice's countdown. */
  countdown(id: string): string | undefined;
  /** The person wants to see those that wait for a place, or no longer does. */
  queue(shown: boolean): void;
}

export interface Renderer {
  /** Draws exactly these notices. Nodes, place and focus of those already there stay. */
  render(views: readonly View[], more?: More): void;
  /** Speaks; with a notice's id, adds how to reach its actions. */
  announce(text: string, politeness: Politeness, id?: string): void;
  /** Inline notices are drawn by these from now on. */
  hints(create: (tools: HintTools, host: HintHost) => Hints, host: HintHost): void;
  /** A panel of ours opened or closed: toasts make room for it. */
  giveWay(panel: boolean): void;
  /** Banners go to the start of this element from now on. Undone by what it returns. */
  mount(target: Element): () => void;
  configure(changes: Partial<RendererOptions>): void;
  dispose(): void;
}

/** What draws hints at elements of the page. */
export interface Hints {
  /** Where they are drawn. */
  readonly areas: readonly Area[];
  /** Draws exactly these. */
  render(cards: readonly Card[]): void;
  dispose(): void;
}

/** What hints are made with: what draws them is loaded apart, and shares no source. */
export interface HintTools {
  area(name: string): Area;
  /** Gives a region the looks that the app has chosen. */
  dress(region: HTMLElement, name: string): void;
  readonly building: typeof BUILDING;
}

export interface HintHost {
  element(anchor: number): Element | undefined;
  /** What the server said of the last request about an element. */
  told(element: Element): Told | undefined;
  /** Whether the app trusts the words of this server. */
  trusts(href: string): boolean;
  fieldLabel(): string;
  /** The element is gone. */
  lost(anchor: number): void;
  /** The person changes what the notice is about. */
  edited(id: string): void;
}
