// Every notice at a glance: a page in a page for each, in the language, voice, theme and place that is chosen.
import '../styles/tokens.css';
import '../styles/base.css';
import '../styles/page.css';
import '../styles/gallery.css';
import { h, part } from '../page/dom';
import { FAILURES, OTHERS } from './scenes';

const CHOICES: Record<string, string[]> = {
  locale: ['en', 'ar', 'de', 'es', 'fr', 'ja', 'pl', 'pt-BR', 'zh-Hans', 'en-XA'],
  voice: ['plain', 'warm', 'formal'],
  surface: ['toast', 'banner', 'inline'],
  theme: ['auto', 'light', 'dark'],
  density: ['comfortable', 'compact'],
};

/** So many notices are brought about at once. */
const AT_ONCE = 3;

/** What the address says, else the first of each. */
const chosen = Object.fromEntries(
  Object.entries(CHOICES).map(([name, values]) => {
    const asked = new URLSearchParams(location.search).get(name) ?? '';
    return [name, values.includes(asked) ? asked : values[0]!];
  }),
);

function startChoices(): void {
  for (const [name, values] of Object.entries(CHOICES)) {
    const select = h('select', { name });
    for (const value of values)
      select.append(h('option', { value, selected: value === chosen[name] }, value));
    select.addEventListener('change', () => {
      chosen[name] = select.value;
      history.replaceState(null, '', `?${new URLSearchParams({ csp: 'frames', ...chosen })}`);
      draw();
    });
    const label = name[0]!.toUpperCase() + name.slice(1);
    part('choices').append(h('label', {}, h('span', {}, label), select));
  }
}

function cell(scene: string, why?: string): HTMLLIElement {
  const query = new URLSearchParams({ scene, ...chosen });
  const content = why
    ? h('p', { class: 'why' }, why)
    : h('div', { class: 'window' }, h('iframe', { title: scene, 'data-src': `/gallery-cell.html?${query}` }));
  return h('li', {}, h('h3', {}, scene), content);
}

function draw(): void {
  const failures = Object.entries(FAILURES).map(([kind, how]) =>
    cell(kind, typeof how === 'string' ? how : undefined),
  );
  part('failures').replaceChildren(...failures);
  part('others').replaceChildren(...Object.keys(OTHERS).map((scene) => cell(scene)));
  load();
}

/** Begins with the next ones, a few at a time: each starts an engine of its own. */
function load(): void {
  const frames = [...document.querySelectorAll<HTMLIFrameElement>('iframe')];
  const busy = frames.filter(({ src, dataset }) => src !== '' && dataset['shown'] === undefined).length;
  for (const frame of frames.filter(({ src }) => src === '').slice(0, Math.max(0, AT_ONCE - busy)))
    frame.src = frame.dataset['src']!;
}

addEventListener('message', ({ source, origin }) => {
  const frame = [...document.querySelectorAll('iframe')].find(
    ({ contentWindow }) => contentWindow === source,
  );
  if (!frame || origin !== location.origin) return;
  frame.dataset['shown'] = '';
  load();
});

startChoices();
draw();
document.documentElement.dataset['ready'] = '';
