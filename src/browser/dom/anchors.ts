// Elements of the page that notices are about. The core knows a number; nothing here keeps an element alive.
import type { Problem } from '../../../pkg/types/index';
import { part } from '../part.js';

/** What a server said of the last request about an element. */
export interface Told {
  readonly problem: Problem;
  readonly href: string;
}

/** So many elements are remembered before those that are gone are looked for. */
const MANY = 50;

const numbers = new WeakMap<Element, number>();
const elements = new Map<number, WeakRef<Element>>();
const problems = new WeakMap<Element, Told | undefined>();
let last = 0;
let loading: Promise<typeof import('steadfetch-hints') | undefined> | undefined;

/** The number of an element. What draws hints is loaded now, while there is a network. */
export function anchorOf(element: Element): number {
  void loadHints();
  let number = numbers.get(element);
  if (number === undefined) {
    if (elements.size >= MANY) for (const [old, gone] of elements) if (!gone.deref()) elements.delete(old);
    numbers.set(element, (number = ++last));
    elements.set(number, new WeakRef(element));
  }
  return number;
}

/** The element of a number, while it is in the page. */
export function anchored(number: number): Element | undefined {
  const element = elements.get(number)?.deref();
  return element?.isConnected ? element : undefined;
}

/** Keeps what a server said about an element last. */
export function tell(element: Element, told: Told | undefined): void {
  problems.set(element, told);
}

export function toldOf(element: Element): Told | undefined {
  return problems.get(element);
}

/** What draws hints; undefined where it cannot be loaded. Another call may try again. */
export function loadHints(): NonNullable<typeof loading> {
  return (loading ??= part('what draws inline hints', import('steadfetch-hints')).then((loaded) => {
    if (!loaded) loading = undefined;
    return loaded;
  }));
}
