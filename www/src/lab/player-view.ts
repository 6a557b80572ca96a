// The drill player: what can be played, a track of what is to come, the playhead.
import { minutes } from '../page/ago';
import { arrange, button, h, part, set, write } from '../page/dom';
import { icon } from '../page/icons';
import { isCalm, pace } from '../page/pace';
import { nameOf } from './endpoints';
import { shortName } from './fault';
import { type Drill, readOurs } from './drill';
import { DRILLS } from './library';
import { note } from './log';
import * as player from './player';

const LARGEST_FILE = 256 * 1024;

let drills = [...DRILLS];
let picked = drills[0] as Drill;
let playhead: HTMLElement;
let next: ReturnType<typeof setTimeout> | undefined;
const play = button('press main play', () => toggle());

/** Fills the player. */
export function startPlayer(): void {
  part('player-actions').append(play);
  part('open-file').append(openFile());
  offer();
  player.changed.listen(() => {
    dress();
    follow();
  });
}

/** Leads to the button that plays. */
export function offerToPlay(): void {
  part('play-tab').click();
  play.scrollIntoView({ block: 'nearest' });
  play.focus({ focusVisible: true } as FocusOptions);
}

function toggle(): void {
  if (player.position()) player.stop();
  else player.play(picked);
}

function offer(): void {
  const options = drills.map((drill) => {
    const input = h('input', { type: 'radio', name: 'drill', checked: drill === picked });
    input.addEventListener('change', () => pick(drill));
    return h('label', { class: 'pill' }, input, h('span', {}, drill.title));
  });
  arrange(part('drills'), options);
  pick(picked);
}

function pick(drill: Drill): void {
  picked = drill;
  const now = player.position();
  if (now && now.drill !== drill) player.stop();
  write(part('drill-summary'), drill.summary);
  drawTrack(drill);
  dress();
}

/** The track: a bar for each step, on as many levels as overlap. */
function drawTrack({ steps, length }: Drill): void {
  const ends: number[] = [];
  const bars = [...steps]
    .sort((a, b) => a.at - b.at)
    .map((step) => {
      const free = ends.findIndex((end) => end <= step.at);
      const level = free < 0 ? ends.length : free;
      ends[level] = step.until;
      const where = step.fault.kind === 'offline' ? 'device' : nameOf(step.match);
      const bar = h(
        'span',
        { class: `track-step ${step.fault.kind}` },
        `${shortName(step.fault)} · ${where}`,
      );
      bar.style.setProperty('--from', String(step.at / length));
      bar.style.setProperty('--share', String((step.until - step.at) / length));
      bar.style.setProperty('--level', String(Math.min(level, 1)));
      return bar;
    });
  playhead = h('span', { class: 'playhead' });
  const track = part('track');
  track.style.setProperty('--levels', String(Math.min(Math.max(ends.length, 1), 2)));
  arrange(track, [...bars, playhead]);
  follow();
}

function dress(): void {
  const now = player.position();
  arrange(play, [icon(now ? 'stop' : 'play'), h('span', {}, now ? 'Stop' : 'Play drill')]);
  set(part('player'), { 'data-playing': now !== undefined });
}

/** Moves the playhead; where movement is not wanted, once a second. */
function follow(): void {
  const now = player.position();
  const at = now ? (isCalm() ? Math.floor(now.at) : now.at) : 0;
  const { length } = now?.drill ?? picked;
  playhead.style.setProperty('--at', String(Math.min(1, at / length)));
  write(part('player-time'), `${minutes(at)} / ${minutes(length)}`);
  write(part('tab-time'), now ? minutes(at) : '');
  clearTimeout(next);
  if (now) next = setTimeout(() => requestAnimationFrame(follow), pace());
}

/** Your own drill, from a file of the same format. */
function openFile(): HTMLElement {
  const input = h('input', { type: 'file', accept: '.json,application/json', class: 'unseen' });
  input.addEventListener('change', () => {
    const file = input.files?.[0];
    if (file) void read(file);
    input.value = '';
  });
  return h('label', { class: 'file' }, input, h('span', {}, 'Open a file'));
}

async function read(file: File): Promise<void> {
  try {
    if (file.size > LARGEST_FILE) throw new Error('a file of at most 256 KB is expected');
    const drill = readOurs(JSON.parse(await file.text()));
    drills = [...drills.filter(({ title }) => title !== drill.title), drill];
    picked = drill;
    offer();
    note('lab', `“${drill.title}” is ready to be played.`);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    note('lab', `${file.name} can’t be played: ${why}.`);
  }
}
