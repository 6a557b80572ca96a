// Orders that are kept on this device until the server has them. What waits is Steadfetch's word; what is in it only the shop
// knows, and remembers for as long as this tab lives.
import type { OutboxEntry } from 'steadfetch';
import type { Draft } from '../net/api';
import { steady } from '../net/steady';
import { Signal } from '../page/signal';

export interface Kept {
  id: string;
  state: OutboxEntry['state'];
  queuedAt: number;
  /** Undefined where another tab saved it. */
  draft: Draft | undefined;
}

const KEY = 'steadfetch-demo-drafts';

let drafts: Record<string, Draft> = remembered();
let kept: readonly Kept[] = [];

export const changed = new Signal();
/** One was sent: the list of orders is longer now. */
export const sent = new Signal();

export function current(): readonly Kept[] {
  return kept;
}

/** Keeps up with the outbox. */
export function start(): void {
  steady.on('outbox', ({ change }) => {
    if (change === 'sent') sent.tell();
    void look();
  });
  void steady.ready.then(look);
}

/** The order that was just kept, whose entry nobody knows yet. */
export async function add(draft: Draft): Promise<void> {
  const entry = (await steady.outbox.entries()).findLast(({ id }) => !(id in drafts));
  if (entry) drafts[entry.id] = draft;
  await look();
}

async function look(): Promise<void> {
  const entries = await steady.outbox.entries();
  kept = entries.map(({ id, state, queuedAt }) => ({ id, state, queuedAt, draft: drafts[id] }));
  const known = new Set(entries.map(({ id }) => id));
  drafts = Object.fromEntries(Object.entries(drafts).filter(([id]) => known.has(id)));
  try {
    sessionStorage.setItem(KEY, JSON.stringify(drafts));
  } catch {
    // No storage: after a reload the list says that an order waits, not which.
  }
  changed.tell();
}

function remembered(): Record<string, Draft> {
  try {
    return JSON.parse(sessionStorage.getItem(KEY) ?? '{}') as Record<string, Draft>;
  } catch {
    return {};
  }
}
