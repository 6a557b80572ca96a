// Whether the machine was asleep, the page hidden, the network gone, and whether the person saves data.
//
// Nothing in a browser tells of sleep: timers simply come late. While calls are under way the host timer sleeps for a second
// at most, so one that is 3 600 s late has slept through the hour, and every limit is put off by it: a call with 8 of its 10 s
// left still has them. Late alone is not asleep, though. A busy page delays timers by a second or two, hence ASLEEP (5 s). In
// a page that has been hidden for five minutes Chromium runs timers once a minute ("Heavy throttling of chained JS timers
// beginning in Chrome 88", developer.chrome.com/blog/timer-throttling-in-chrome-88); so there it takes a minute and a half.
// A page that the browser freezes, or keeps for "back", is told of it by freeze and resume, pagehide and pageshow (Page
// Lifecycle, wicg.github.io/page-lifecycle): what lies between them counts as sleep however short it was.
import type { Core } from './core';
import { ASLEEP, type Driver } from './driver';

/** Timers of a hidden page may be held back for a minute; only beyond this, ms, it is sleep. */
const ASLEEP_HIDDEN = 90_000;

type Connection = EventTarget & { saveData?: boolean };

/** Watches for one client. */
export class Presence {
  /** When the page was last hidden, on the driver's clock; Infinity: it is. */
  #hiddenAt = -Infinity;
  /** When the page was frozen. */
  #frozenAt: number | undefined;

  /** `ended`: nobody is interested any more. */
  constructor(
    readonly driver: Driver,
    readonly ended: AbortSignal,
    /** What the person says of saving data; 'auto': what the browser says. */
    readonly saves: () => 'auto' | boolean,
  ) {
    const page = globalThis.document;
    const network = connection();
    if (page?.hidden) this.#hiddenAt = Infinity;
    this.#listen(globalThis, 'online', (core) => core.online(driver.awake()));
    this.#listen(page, 'visibilitychange', (core) => this.#turned(core, page));
    // A page that is frozen, or kept for "back", lives on with the time that it had.
    this.#listen(page, 'freeze', () => void (this.#frozenAt ??= driver.now()));
    this.#listen(page, 'resume', (core) => this.#thaw(core));
    this.#listen(globalThis, 'pagehide', () => void (this.#frozenAt ??= driver.now()));
    this.#listen(globalThis, 'pageshow', (core) => this.#thaw(core));
    this.#listen(network, 'change', (core) => this.#saveData(core));
  }

  /** There is a core, the first or a new one. */
  start(core: Core): void {
    this.#saveData(core);
    core.hidden(+!!globalThis.document?.hidden, this.driver.now());
  }

  /** What the person says has changed. */
  apply(): void {
    const { driver } = this;
    driver.guard(() => driver.core && this.#saveData(driver.core));
  }

  #saveData(core: Core): void {
    const saves = this.saves();
    core.save_data(+(saves === 'auto' ? !!connection()?.saveData : saves));
  }

  /** The host timer is so late. */
  woke(core: Core, late: number): void {
    const now = this.driver.now();
    const hidden = this.#hiddenAt >= now - late;
    if (late > (hidden ? ASLEEP_HIDDEN : ASLEEP)) core.slept(late, now);
  }

  #turned(core: Core, { hidden }: Document): void {
    const { driver } = this;
    // What a hidden page's timer has held back is done before its person sees it.
    if (!hidden) driver.tick();
    this.#hiddenAt = hidden ? Infinity : driver.now();
    core.hidden(+hidden, driver.now());
  }

  #thaw(core: Core): void {
    const since = this.#frozenAt;
    this.#frozenAt = undefined;
    const now = this.driver.now();
    if (since !== undefined && now > since) core.slept(now - since, now);
    // The timer that was frozen with the page is not late any more.
    this.driver.arm();
  }

  #listen(target: EventTarget | undefined, type: string, heard: (core: Core) => void): void {
    const listener = () => {
      const { driver } = this;
      driver.guard(() => {
        // Without a core there is nobody to tell; what the page is like is noted all the same.
        heard(driver.core ?? NOBODY);
        driver.settle();
      });
    };
    target?.addEventListener?.(type, listener, { signal: this.ended });
  }
}

/** Stands in for a core. */
const NOBODY = { online() {}, slept() {}, save_data() {}, hidden() {} } as unknown as Core;

/** Not every engine has it. */
export function connection(): Connection | undefined {
  return (globalThis.navigator as { connection?: Connection } | undefined)?.connection;
}
