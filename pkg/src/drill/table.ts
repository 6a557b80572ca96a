// A report for a terminal or a log.
import type { DrillReport } from '../../types/drill';
import { time } from './judge';

export function drillTable({ title, passed, sightings, checks, calls, failed }: DrillReport): string {
  const seen = sightings.map(({ at, what, surface, title, code, cause }) => [
    time(at),
    what,
    surface,
    title,
    code ?? cause,
  ]);
  const judged = checks.map((check) => [check.passed ? 'ok' : 'NO', check.expected, check.got]);
  return [
    `${title}: ${passed ? 'as expected' : 'NOT as expected'}; ${calls} calls, ${failed} of them failed`,
    '',
    'What people see',
    ...aligned([['when', 'what', 'where', 'words', 'code'], ...seen]),
    '',
    'What was expected',
    ...aligned([['', 'expected', 'got'], ...judged]),
    '',
  ].join('\n');
}

function aligned(rows: string[][]): string[] {
  const widths = (rows[0] ?? []).map((_, at) => Math.max(...rows.map((row) => row[at]?.length ?? 0)));
  return rows.map((row) => `  ${row.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join('  ')}`.trimEnd());
}
