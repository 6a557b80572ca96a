// The story of one call, step by step, as `explain` tells it.
import type { Call } from '../net/calls';
import { calls } from '../net/steady';
import { span } from '../page/ago';
import { arrange, h, part, write } from '../page/dom';
import { chosen } from './chart';
import { soFar, standing, story } from './words';

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
    const before = subject;
    if (!byChoice) subject = latestTrouble() ?? subject;
    if (subject !== before || call === subject) tell();
  });
  tell();
}

/** The one that goes on, else the one that ended last. */
function latestTrouble(): Call | undefined {
  const troubled = calls.list.filter((call) => call.attempts.length > 1 || call.outcome === 'failed');
  const open = troubled.findLast((call) => call.outcome === 'open');
  return open ?? troubled.sort((a, b) => (a.to ?? 0) - (b.to ?? 0)).at(-1);
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
  const steps = !call ? [] : call.explanation ? story(call.explanation.timeline) : soFar(call);
  const items = steps.map(({ at, words }) => h('li', {}, h('span', { class: 'at' }, span(at)), ` ${words}`));
  if (!call)
    items.push(h('li', {}, 'Choose a call in the chart to read what happened to it, step by step, and why.'));
  arrange(part('story-steps'), items);
}
