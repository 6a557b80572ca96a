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
  steady.notices.on(watchNotices);
}

/** A card that says that it is over stays for so long at least; the list does not tell when it has left, ms. */
const LEAVES = 6000;
const leaving = new Map<string, ReturnType<typeof setTimeout>>();

function watchNotices(list: Notice[]): void {
  for (const { id, title, state, severity } of list) {
    if (state === 'shown') {
      clearTimeout(leaving.get(id));
      leaving.delete(id);
      notices.open(id, title, severity === 'error' ? 'bad' : 'warn');
    } else if (state === 'resolved' && notices.lasting(id)) {
      notices.open(id, title, 'ok');
      if (!leaving.has(id))
        leaving.set(
          id,
          setTimeout(() => notices.close(id), LEAVES),
        );
    } else notices.close(id);
  }
  const known = new Set(list.map(({ id }) => id));
  notices.keep(known);
}
