// The drills that come with the demo, in the order in which they are offered: those with a runbook first.
import { readOurs } from './drill';

const FILES = import.meta.glob<object>(['../../../drills/*.json', '!../../../drills/schema.json'], {
  eager: true,
  import: 'default',
});

export const DRILLS = Object.values(FILES)
  .map(readOurs)
  .sort((a, b) => Number(!a.runbook) - Number(!b.runbook));
