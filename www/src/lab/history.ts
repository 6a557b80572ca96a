// What was wrong and what people were told, over time: the top and the bottom lane of the chart.
import type { Notice } from 'steadfetch';
import { steady } from '../net/steady';
import { nameOf } from './endpoints';
import { shortName } from './fault';
import { Spans } from './spans';
import * as trouble from './trouble';

export const faults = new Spans();
export const notices = new Spans();

/** Starts to keep both. */
export function startHistory(): void {
  trouble.changed.listen((active) => {
    const keys = active.map(({ pattern, fault }) => {
      const key = `${pattern} ${JSON.stringify(fault)}`;
      const where = fault.kind === 'offline' ? 'device' : nameOf(pattern);
      faults.open(key, `${shortName(fault)} · ${where}`, fault.kind === 'latency' ? 'warn' : 'bad');
      return key;
    });
    faults.keep(keys);
  });
  steady.notices.on((list) => {
    const visible = list.filter(isVisible);
    for (const { id, title, state, severity } of visible) {
      notices.open(id, title, state === 'resolved' ? 'ok' : severity === 'error' ? 'bad' : 'warn');
    }
    notices.keep(visible.map(({ id }) => id));
  });
}

const living = new Set<string>();

/** On the screen now. A resolved notice is listed long after its card left: only one that was seen to live counts. */
function isVisible({ id, state }: Notice): boolean {
  if (state === 'shown') living.add(id);
  else if (state !== 'resolved') living.delete(id);
  return living.has(id);
}
