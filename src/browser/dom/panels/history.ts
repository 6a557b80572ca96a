// The notices so far, the newest first: those that closed can be read again, those that go on be acted on.
import type * as api from '../../../../pkg/types/index';
import type { Filling, PanelHost, PanelWords } from './panels.js';

const STATES = { shown: 'ongoing', resolved: 'over', dismissed: 'dismissed', pending: '' };

export function fillHistory(host: PanelHost, words: PanelWords): Filling {
  const { arrange, make, write } = host.tools;
  const content = make('div', 'content', { role: 'region', 'aria-labelledby': 'heading' });
  const list = make('ul', 'list', { role: 'list' });
  const empty = make('p', 'empty');
  const settings = make('button', 'action', { type: 'button' });
  /** By notice; an entry that says the same keeps its node, and the focus in it. */
  let entries = new Map<string, { text: string; node: HTMLElement }>();
  content.append(list, empty);
  settings.textContent = words.text('panel.preferences');
  settings.onclick = () => host.open('preferences');

  return {
    heading: words.text('panel.history'),
    content,
    foot: [settings],
    update() {
      const old = entries;
      entries = new Map();
      // What may pass without a word is no notice yet.
      for (const notice of host.list().filter(({ state }) => state !== 'pending')) {
        // Instants come from two clocks that do not tick together.
        const text = JSON.stringify({ ...notice, since: 0, retryAt: 0, visible: true });
        const known = old.get(notice.id);
        const same = known?.text === text;
        entries.set(notice.id, same ? known : { text, node: entry(host, words, notice) });
      }
      const root = list.getRootNode() as ShadowRoot;
      const focused = list.contains(root.activeElement);
      arrange(
        list,
        [...entries.values()].map(({ node }) => node),
      );
      write(empty, entries.size > 0 ? '' : words.text('panel.history.empty'));
      if (focused && !list.contains(root.activeElement))
        content.parentElement!.querySelector('button')?.focus();
    },
  };
}

function entry(host: PanelHost, words: PanelWords, notice: api.Notice): HTMLElement {
  const { icon, make, write, set } = host.tools;
  const { severity, title, body, safe, code, since, state, lang, dir } = notice;
  const node = make('li', 'entry');
  const sign = icon({ class: 'icon', role: 'img', 'aria-label': host.label(`ui.severity.${severity}`) });
  const main = make('div', 'main');
  const [heading, text, kept] = [make('h3', 'title'), make('p', 'body'), make('p', 'safe')];
  const meta = make('p', 'meta');
  const [time, how, reference] = [make('time', 'time'), make('span', 'state'), make('code', 'reference')];
  const actions = make('div', 'actions');
  sign.draw(severity);
  write(heading, title);
  write(text, body);
  write(kept, safe);
  write(time, timeOf(since, words.lang));
  write(how, words.text(`panel.${STATES[state]}`));
  write(reference, code);
  set(how, { class: `state ${STATES[state]}` });
  time.dateTime = new Date(since).toISOString();
  for (const { label, href, run } of notice.actions) {
    const step = href ? make('a', 'action', { href }) : make('button', 'action', { type: 'button' });
    write(step, label);
    step.onclick = () => run?.();
    actions.append(step);
  }
  actions.hidden = !actions.firstChild;
  set(node, { class: `entry ${severity}`, lang, dir });
  meta.append(time, how, reference);
  main.append(heading, text, kept, meta, actions);
  node.append(sign.svg, main);
  return node;
}

/** Of today by the time, of another day with the date. */
function timeOf(at: number, lang: string): string {
  const when = new Date(at);
  const today = when.toDateString() === new Date().toDateString();
  return new Intl.DateTimeFormat(lang, {
    timeStyle: 'short',
    ...(today ? {} : { dateStyle: 'medium' }),
  }).format(when);
}
