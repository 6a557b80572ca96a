// What people see while a drill plays, taken down as it changes.
import type { Drill, DrillReport, DrillSighting } from '../../types/drill';
import type { Notice, Steadfetch } from '../../types/index';
import { judge } from './judge';

/** A call that ended. */
export interface Ended {
  at: number;
  failed: boolean;
  /** The answer is the network's. */
  network: boolean;
}

export function watchDrill(client: Steadfetch, drill: Drill): { report(): DrillReport; stop(): void } {
  const started = performance.now();
  const now = () => Math.round(performance.now() - started) / 1000;
  const sightings: DrillSighting[] = [];
  const calls: Ended[] = [];
  /** What was seen last of each notice that is to be seen. */
  const seen = new Map<string, Notice>();

  const see = (what: DrillSighting['what'], notice: Notice) => {
    const { id, cause, surface, severity, title, code } = notice;
    const about = code && cause === code ? code.slice('SF-'.length) : cause;
    sightings.push({ at: now(), id, what, cause: about, surface, severity, title, ...(code && { code }) });
  };
  const look = (notices: Notice[]) => {
    const visible = notices.filter((notice) => notice.visible);
    for (const [id, notice] of seen) {
      if (visible.some((other) => other.id === id)) continue;
      seen.delete(id);
      see('goes', notice);
    }
    for (const notice of visible) {
      const before = seen.get(notice.id);
      seen.set(notice.id, notice);
      const over = notice.state === 'resolved';
      if (!before) see('appears', notice);
      else if (over && before.state !== 'resolved') see('is over', notice);
      else if (!over && changed(before, notice)) see('changes', notice);
    }
  };

  // What is on the screen already is no news.
  for (const notice of client.notices.list()) if (notice.visible) seen.set(notice.id, notice);
  const ends = [
    client.notices.on(look),
    client.on('call', ({ explanation: { fault, source } }) => {
      if (fault?.kind === 'cancelled') return;
      calls.push({
        at: now(),
        failed: source === 'none' || (!!fault && source === 'network'),
        network: source === 'network',
      });
    }),
  ];
  return {
    report: () => judge(drill, sightings, calls),
    stop: () => ends.forEach((end) => end()),
  };
}

function changed(before: Notice, after: Notice): boolean {
  return (
    before.state !== after.state ||
    before.surface !== after.surface ||
    before.title !== after.title ||
    before.code !== after.code
  );
}
