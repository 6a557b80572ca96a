// What a person may choose for themselves. Each choice takes effect at once.
import type * as api from '../../../../pkg/types/index';
import type { Filling, PanelHost, PanelWords } from './panels.js';

type Name = keyof api.Preferences;

/** What a choice of three stands for, in the words of its messages. */
const THREE = [
  ['auto', 'auto'],
  [true, 'less'],
  [false, 'full'],
] as const;

export function fillPreferences(host: PanelHost, words: PanelWords): Filling {
  const { make, set, write } = host.tools;
  const content = make('div', 'content', { role: 'region', 'aria-labelledby': 'heading' });
  const reset = make('button', 'action', { type: 'button' });
  const shows: ((now: Required<api.Preferences>) => void)[] = [];
  const choose = (name: Name, value: unknown) => host.preferences.set({ [name]: value });

  function row(id: string, control: HTMLElement, flag = false, ...beside: HTMLElement[]): void {
    const node = make('div', flag ? 'row flag' : 'row');
    const label = make('label', 'label', { for: id });
    const value = make('div', 'value');
    const about = make('p', 'about', { id: `${id}-about` });
    label.textContent = words.text(`panel.${id}`);
    write(about, words.about(`panel.${id}`));
    set(control, { id, ...(about.textContent && { 'aria-describedby': about.id }) });
    value.append(control, ...beside);
    node.append(label, value, about);
    content.append(node);
  }

  function flag(id: string, name: 'autoClose' | 'doNotDisturb'): void {
    const box = make('input', 'flag', { type: 'checkbox' });
    box.onchange = () => choose(name, box.checked);
    shows.push((now) => (box.checked = now[name]));
    row(id, box, true);
  }

  function three(id: string, name: 'reducedMotion' | 'saveData'): void {
    const list = make('select', 'three');
    for (const [value, word] of THREE) {
      const option = make('option', 'option', { value: String(value) });
      option.textContent = words.text(`panel.${id}.${word}`);
      list.append(option);
    }
    list.onchange = () => choose(name, THREE[list.selectedIndex]![0]);
    shows.push((now) => (list.value = String(now[name])));
    row(id, list);
  }

  function readingTime(): void {
    const range = make('input', 'range', { type: 'range', min: '1', max: '10', step: '0.5' });
    const said = make('output', 'said', { for: 'reading-time' });
    range.oninput = () => choose('readingTime', range.valueAsNumber);
    shows.push(({ readingTime, autoClose }) => {
      const text = new Intl.NumberFormat(words.lang).format(readingTime) + ' ×';
      range.valueAsNumber = readingTime;
      range.disabled = !autoClose;
      set(range, { 'aria-valuetext': text });
      // Not the value of a form: a screen reader has it from the slider.
      write(said, text);
    });
    set(said, { 'aria-hidden': 'true' });
    row('reading-time', range, false, said);
  }

  flag('auto-close', 'autoClose');
  readingTime();
  flag('do-not-disturb', 'doNotDisturb');
  three('motion', 'reducedMotion');
  three('save-data', 'saveData');
  reset.textContent = words.text('panel.reset');
  reset.onclick = () => {
    const all: Name[] = ['autoClose', 'readingTime', 'doNotDisturb', 'reducedMotion', 'saveData'];
    host.preferences.set(Object.fromEntries(all.map((name) => [name, undefined])));
  };

  return {
    heading: words.text('panel.preferences'),
    content,
    foot: [reset],
    update() {
      const now = host.preferences.get() as Required<api.Preferences>;
      for (const show of shows) show(now);
    },
  };
}
