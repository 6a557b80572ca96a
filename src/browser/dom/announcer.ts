// Speaks: two live regions in the page itself, there from the start. Screen readers miss a region that comes with its text.
import { makeHost } from './build.js';
import type { Politeness } from './types.js';

/** Text comes after the region was empty for so long, so that equal text is spoken again. */
const EMPTY = 50;
/** Silence after an announcement, for each politeness; what comes meanwhile is spoken together. */
const PACE = 1000;

export interface Announcer {
  readonly host: HTMLElement;
  say(text: string, politeness: Politeness): void;
  /** Nothing is shown any more: nothing is left to be stumbled on. */
  clear(): void;
  dispose(): void;
}

export function createAnnouncer(sheet: CSSStyleSheet): Announcer {
  const { host } = makeHost('announcer', sheet, document.createElement('slot'));
  const voices = { polite: voice(host, 'status'), assertive: voice(host, 'alert') };
  const both = Object.values(voices);
  return {
    host,
    say: (text, politeness) => voices[politeness].say(text),
    clear: () => both.forEach((voice) => voice.clear()),
    dispose: () => both.forEach((voice) => voice.dispose()),
  };
}

function voice(host: HTMLElement, role: string) {
  const region = document.createElement('div');
  let waiting: string[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;
  region.role = role;
  host.append(region);

  function begin(): void {
    timer = undefined;
    if (!waiting.length) return;
    region.textContent = '';
    timer = setTimeout(speak, EMPTY);
  }

  function speak(): void {
    region.textContent = [...new Set(waiting)].join(' ');
    waiting = [];
    timer = setTimeout(begin, PACE);
  }

  return {
    say(text: string) {
      waiting.push(text);
      if (!timer) begin();
    },
    clear() {
      if (!timer) region.textContent = '';
    },
    dispose: () => clearTimeout(timer),
  };
}
