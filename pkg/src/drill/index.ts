// `steadfetch/drill`: drills from a file, played in an app of one's own.
export { drillFaults } from './faults';
export { playDrill } from './play';
export { DrillError, readDrill } from './read';
export { drillTable } from './table';
export { watchDrill } from './watch';
