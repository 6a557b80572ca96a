// What becomes known of endpoints: what happens here is told to other tabs and to listeners, and so is what is heard from them.
import { NONE } from '../../src/browser/codes';
import type { Core } from '../../src/browser/core';
import { Tabs } from '../../src/browser/tabs';
import type { Told } from '../../src/browser/told';
import type { ExtrasHost } from './extras';

/** What the core says of an endpoint. */
interface Report extends Told {
  breaker: string;
  /** In a row. */
  failures: number;
}

export class News {
  readonly tabs: Tabs;
  /** What each endpoint's breaker was known to do. */
  readonly #breakers = new Map<string, string>();

  constructor(readonly host: ExtrasHost) {
    const { ended: signal } = host;
    this.tabs = new Tabs((told) =>
      this.#whileRunning((core) => this.#hear(core, told, 'another tab met it')),
    );
    // A page in the back/forward cache has no channel open.
    globalThis.addEventListener?.('pagehide', () => this.tabs.close(), { signal });
    const shown = ({ persisted }: PageTransitionEvent) => {
      if (!persisted) return;
      this.tabs.open();
      this.tabs.reopened();
      this.#whileRunning((core) => this.#recall(core));
    };
    globalThis.addEventListener?.('pageshow', shown, { signal });
  }

  /** There is a core, the first or a new one: it hears what was known of endpoints before. */
  start(core: Core): void {
    this.tabs.open();
    this.#recall(core);
  }

  /** An input has been carried out, which may have changed what is known of endpoints. */
  settled(core: Core): void {
    const news: Report[] = [];
    for (let number; (number = core.next_changed()) !== NONE;) news.push(this.#report(core, number));
    if (news.length === 0) return;
    this.tabs.tell(news.map(({ url, state, rules, at }) => ({ url, state, rules, at })));
    for (const report of news) this.#turned(report);
  }

  #report(core: Core, number: number): Report {
    const wall = Date.now();
    return { ...(core.told(number, this.host.driver.now(), wall) as Report), at: wall };
  }

  #recall(core: Core): void {
    this.#hear(core, this.tabs.known(), 'it was so before');
  }

  #hear(core: Core, told: Told[], why: string): void {
    const { driver } = this.host;
    const [now, wall] = [driver.now(), Date.now()];
    for (const { url, state, rules } of told) {
      const number = core.hear([url], ...state, now, wall);
      for (let at = 0; at < rules.length; at += 2) {
        core.hear_of_rule([url], rules[at]!, rules[at + 1]!, now, wall);
      }
      this.#turned(this.#report(core, number), why);
    }
    driver.settle();
  }

  /** Tells listeners where an endpoint's breaker does something else than before. */
  #turned({ url, breaker: to, failures }: Report, why = whyOf(to, failures, this.#breakers.get(url))): void {
    const from = this.#breakers.get(url) ?? 'closed';
    if (from === to) return;
    this.#breakers.set(url, to);
    this.host.events.emit('breaker', { origin: url, from, to, why });
  }

  #whileRunning(act: (core: Core) => void): void {
    const { driver } = this.host;
    const { core } = driver;
    if (core) driver.guard(() => act(core));
  }
}

function whyOf(to: string, failures: number, from: string | undefined): string {
  if (to === 'closed') return 'a request went well';
  if (to === 'half-open') return 'its open time is over, and one request probes';
  if (from === 'half-open') return 'its probe failed';
  return failures > 1 ? `${failures} failures in a row` : 'too many requests failed';
}
