// The story of one call, step by step, as `explain` tells it.
import type { Call } from '../net/calls';
import { calls } from '../net/steady';
import { span } from '../page/ago';
import { arrange, h, part, write } from '../page/dom';
import { chosen } from './chart';
import { standing, story } from './words';

let subject: Call | undefined;
let byChoice = false;

/** Shows the chosen call, and where none is chosen the latest one that met trouble. */
export function startStory(): void {
  chosen.listen((call) => {
    byChoice = call !== undefined;
    subject = call ?? latestTrouble();
    tell();
  });
  calls.changed.listen(({ call }) => {
    if (!byChoice) subject = latestTrouble() ?? subject;
    if (call === subject) tell();
  });
  tell();
}

function latestTrouble(): Call | undefined {
  return calls.list.findLast((call) => call.attempts.length > 1 || call.outcome === 'failed');
}

function tell(): void {
  const call = subject;
  write(part('story-title'), call ? `${call.name}: ${standing(call)}` : 'The story of a call');
  const facts: string[] = [];
  if (call?.explanation) {
    const { callId, duration, fault } = call.explanation;
    facts.push(call.method, span(duration), ...(fault ? [fault.code] : []), callId);
  }
  write(part('story-facts'), facts.join(' · '));
  const steps = story(call?.explanation?.timeline ?? []);
  const items = steps.map(({ at, words }) => h('li', {}, h('span', { class: 'at' }, span(at)), ` ${words}`));
  if (items.length === 0) items.push(h('li', { class: 'hint' }, hint(call)));
  arrange(part('story-steps'), items);
}

function hint(call: Call | undefined): string {
  if (call?.outcome === 'open') return 'Still going on. Its steps are told once it ends.';
  return 'Choose a call in the chart to read what happened to it, step by step, and why.';
}
