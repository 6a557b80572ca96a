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
  /** Its host came to another place. */
  moved(): void;
  dispose(): void;
}

/** `speaks`: whether this page is the one that speaks, asked for when it is its turn; undefined: not known yet. */
export function createAnnouncer(sheet: CSSStyleSheet, speaks: () => boolean | undefined): Announcer {
  const { host } = makeHost('announcer', sheet, document.createElement('slot'));
  const voices = { polite: voice(host, 'status', speaks), assertive: voice(host, 'alert', speaks) };
  const both = Object.values(voices);
  return {
    host,
    say: (text, politeness) => voices[politeness].say(text),
    clear: () => both.forEach((voice) => voice.clear()),
    moved: () => both.forEach((voice) => voice.moved()),
    dispose: () => both.forEach((voice) => voice.dispose()),
  };
}

function voice(host: HTMLElement, role: string, speaks: () => boolean | undefined) {
  const region = document.createElement('div');
  let waiting: string[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;
  /** Nothing is shown that the words are about. */
  let bare = false;
  region.role = role;
  host.append(region);

  function rest(time: number): void {
    timer = setTimeout(() => {
      timer = undefined;
      begin();
    }, time);
  }

  /** Silence is over: the next words have their turn. */
  function begin(): void {
    if (timer || !(waiting.length || bare)) return;
    if (region.textContent) {
      region.textContent = '';
      rest(EMPTY);
    } else if (waiting.length) speak();
  }

  function speak(): void {
    const may = speaks();
    if (may === undefined) return rest(EMPTY);
    if (may) region.textContent = [...new Set(waiting)].join(' ');
    waiting = [];
    rest(PACE);
  }

  return {
    say(text: string) {
      bare = false;
      waiting.push(text);
      // With all that is said in this task.
      queueMicrotask(begin);
    },
    clear() {
      // What is being spoken is heard out.
      bare = true;
      begin();
    },
    /** It came to another place: what comes with its text would be missed. */
    moved: () => timer || rest(EMPTY),
    dispose: () => clearTimeout(timer),
  };
}
