// Whether the machine was asleep, the page hidden, the network gone, and whether the person saves data.
import type { Core } from './core';
import type { Driver } from './driver';

/** The host timer fires this much late, ms: the machine slept, or the page was frozen. */
const ASLEEP = 5_000;
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
  ) {
    const page = globalThis.document;
    const network = connection();
    if (page?.hidden) this.#hiddenAt = Infinity;
    this.#listen(globalThis, 'online', (core) => core.online(driver.now()));
    this.#listen(page, 'visibilitychange', () => this.#turned(page));
    // A page that is frozen, or kept for "back", lives on with the time that it had.
    this.#listen(page, 'freeze', () => void (this.#frozenAt ??= driver.now()));
    this.#listen(page, 'resume', (core) => this.#thaw(core));
    this.#listen(globalThis, 'pagehide', () => void (this.#frozenAt ??= driver.now()));
    this.#listen(globalThis, 'pageshow', (core) => this.#thaw(core));
    this.#listen(network, 'change', (core) => core.save_data(+!!network!.saveData));
  }

  /** There is a core, the first or a new one. */
  start(core: Core): void {
    core.save_data(+!!connection()?.saveData);
  }

  /** The host timer fired so late. */
  woke(core: Core, late: number): void {
    const now = this.driver.now();
    const hidden = this.#hiddenAt >= now - late;
    if (late > (hidden ? ASLEEP_HIDDEN : ASLEEP)) core.slept(late, now);
  }

  #turned({ hidden }: Document): void {
    const { driver } = this;
    // What a hidden page's timer has held back is done before its person sees it.
    if (!hidden) driver.tick();
    this.#hiddenAt = hidden ? Infinity : driver.now();
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
const NOBODY = { online() {}, slept() {}, save_data() {} } as unknown as Core;

/** Not every engine has it. */
export function connection(): Connection | undefined {
  return (globalThis.navigator as { connection?: Connection } | undefined)?.connection;
}
