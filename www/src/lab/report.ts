// What people saw of the drill that plays or played last, and whether that was expected.
import { type DrillReport, watchDrill } from 'steadfetch/drill';
import { steady } from '../net/steady';
import { arrange, h, part, set } from '../page/dom';
import { note } from './log';
import * as player from './player';

export function startReport(): void {
  let watched: ReturnType<typeof watchDrill> | undefined;
  const nothing = h('p', { class: 'summary' }, 'Play a drill: here is what people see of it, and when.');
  arrange(part('report'), [nothing]);
  player.changed.listen(({ drill, how }) => {
    if (how === 'began') {
      // What is played is what was read, with what its file leaves out.
      watched = watchDrill(steady, drill as Parameters<typeof watchDrill>[1]);
      return set(part('report'), { 'data-verdict': undefined });
    }
    const report = watched?.report();
    watched?.stop();
    watched = undefined;
    if (report) show(report, how === 'ended');
  });
}

function show(report: DrillReport, whole: boolean): void {
  const { title, passed, sightings, checks, calls, failed } = report;
  const verdict = whole ? (passed ? 'as expected' : 'not as expected') : 'stopped';
  note('lab', `“${title}”, what people saw: ${verdict}.`);
  const rows = sightings.map(({ at, what, surface, title, code, cause }) => [
    `${at.toFixed(1)} s`,
    `${surface} ${what}`,
    title,
    code ?? cause,
  ]);
  const judged = checks.map((check) => [check.passed ? 'yes' : 'no', check.expected, check.got]);
  const head = h(
    'p',
    { class: 'report-head' },
    h('strong', {}, `${title}: ${verdict}`),
    ` · ${calls} calls, ${failed} failed`,
  );
  const tables = [
    table('What people saw', ['When', 'What', 'Words', 'Code'], rows),
    ...(whole ? [table('What was expected', ['Met', 'Expected', 'Was'], judged)] : []),
  ];
  arrange(part('report'), [head, ...tables]);
  set(part('report'), { 'data-verdict': verdict });
}

function table(caption: string, heads: string[], rows: string[][]): HTMLElement {
  const row = (cells: string[], tag: 'th' | 'td') =>
    h('tr', {}, ...cells.map((text) => h(tag, tag === 'th' ? { scope: 'col' } : {}, text)));
  return h(
    'table',
    { class: 'report-table' },
    h('caption', {}, caption),
    h('thead', {}, row(heads, 'th')),
    h('tbody', {}, ...rows.map((cells) => row(cells, 'td'))),
  );
}
