// What a person fills in: their words, how to reach them, what goes along, and exactly what is sent.
import type { Fill, Filling, PanelHost, PanelWords } from '../dom/panels/panels';
import { type Draft, MOST_CONTACT, MOST_WORDS, PARTS, type Part, type Payload } from './payload';

/** What became of a report that the person has sent. `unsaved`: it would be gone with the page. */
export type Outcome = 'sending' | 'sent' | 'queued' | 'unsaved';

export interface FormHost {
  readonly draft: Draft;
  /** Reports have somewhere to go; else the person can copy them. */
  readonly leads: boolean;
  /** Once it was sent. */
  readonly outcome: Outcome | undefined;
  /** What is sent as things are; undefined: nothing can be. */
  payload(): Payload | undefined;
  /** Whether it is kept; else too many wait already. */
  send(payload: Payload): boolean;
  closed(): void;
}

/** The dialog's content. It is made anew where the words change; what was filled in is in the draft. */
export function fillReport(form: FormHost): Fill {
  return (panel, words) => {
    const { make } = panel.tools;
    const content = make('div', 'content', { role: 'region', 'aria-labelledby': 'heading' });
    const said = make('p', 'said', { role: 'status' });
    const filling = { heading: words.text('report.title'), content, closed: () => form.closed() };
    const reference = referenceRow(form.draft.reference, panel, words, said);
    if (form.outcome) {
      content.append(said, reference);
      return { ...filling, foot: [], update: () => tell(said, words, `report.${form.outcome!}`) };
    }
    return { ...filling, ...questions(form, panel, words, content, said, reference) };
  };
}

function questions(
  form: FormHost,
  panel: PanelHost,
  words: PanelWords,
  content: HTMLElement,
  said: HTMLElement,
  reference: HTMLElement,
): Pick<Filling, 'foot' | 'cancel' | 'keeps' | 'update'> {
  const { make, write, set, reach } = panel.tools;
  const { draft } = form;
  const about = make('p', 'about');
  const wrong = make('p', 'wrong', { id: 'words-wrong', 'aria-live': 'polite' });
  const box = make('textarea', 'words', { id: 'words', rows: '4' });
  const contact = make('input', 'contact', { id: 'contact', type: 'text', autocomplete: 'email' });
  const parts = make('fieldset', 'parts');
  const legend = make('legend', 'legend');
  const label = make('h3', 'legend', { id: 'payload' });
  const text = make('pre', 'payload', {
    role: 'region',
    'aria-labelledby': 'payload',
    lang: 'en',
    dir: 'ltr',
    translate: 'no',
  });
  const go = make('button', 'action', { type: 'button' });

  function field(id: string, control: HTMLElement, ...beside: HTMLElement[]): HTMLElement {
    const node = make('div', 'field');
    const label = make('label', 'label', { for: id });
    const hint = make('p', 'about', { id: `${id}-about` });
    label.textContent = words.text(`report.${id}`);
    write(hint, words.about(`report.${id}`));
    set(control, { 'aria-describedby': [hint, ...beside].map(({ id }) => id).join(' ') });
    node.append(label, control, hint, ...beside);
    return node;
  }

  function part(name: Part): HTMLElement {
    const node = make('label', 'part');
    const tick = make('input', 'flag', { type: 'checkbox', id: `part-${name}` });
    tick.checked = draft.parts.has(name);
    tick.onchange = () => {
      if (tick.checked) draft.parts.add(name);
      else draft.parts.delete(name);
      show();
    };
    node.append(tick, words.text(`report.${name}`));
    return node;
  }

  /** What is wrong about the words, or the report as a whole. */
  function complain(id: string | undefined): void {
    tell(wrong, words, id);
    set(box, { 'aria-invalid': String(id === 'report.empty' || id === 'report.long') });
  }

  function show(): void {
    const payload = form.payload();
    const long = draft.words.length > MOST_WORDS || draft.contact.length > MOST_CONTACT;
    complain(long ? 'report.long' : undefined);
    text.textContent = payload ? JSON.stringify(payload, null, 2) : '';
    reach(text);
    go.disabled = !payload;
  }

  box.value = draft.words;
  contact.value = draft.contact;
  box.oninput = () => {
    draft.words = box.value;
    show();
  };
  contact.oninput = () => {
    draft.contact = contact.value;
    show();
  };
  go.textContent = words.text(form.leads ? 'report.send' : 'report.copy');
  go.onclick = () => {
    const payload = form.payload();
    if (!payload) return;
    if (!form.leads) return void copy(text, words, said);
    if (!payload.words && !payload.explanation && !payload.call) {
      complain('report.empty');
      box.focus();
    } else if (form.send(payload)) panel.again();
    else complain('report.full');
  };
  about.textContent = words.about('report.title') ?? '';
  legend.textContent = words.text('report.parts');
  label.textContent = words.text('report.payload');
  parts.append(legend, ...PARTS.filter((name) => isKnown(draft, name)).map(part));
  content.append(about, reference, said, field('words', box, wrong), field('contact', contact));
  content.append(parts, label, text);
  return { foot: [go], cancel: words.text('report.cancel'), keeps: true, update: show };
}

/** A message, and what is said about it. */
function tell(node: HTMLElement, words: PanelWords, id: string | undefined): void {
  const [title, about] = [document.createElement('strong'), document.createElement('span')];
  title.textContent = id ? words.text(id) : '';
  about.textContent = (id && words.about(id)) ?? '';
  node.hidden = !id;
  if (node.textContent !== title.textContent + about.textContent) node.replaceChildren(title, about);
}

/** There is something to say of it. */
function isKnown({ call, explanation, code }: Draft, part: Part): boolean {
  if (part === 'call') return call !== undefined;
  return part !== 'explanation' || explanation !== undefined || code !== undefined;
}

function referenceRow(
  reference: string,
  { tools }: PanelHost,
  words: PanelWords,
  said: HTMLElement,
): HTMLElement {
  const { make } = tools;
  const row = make('div', 'reference-row');
  const name = make('span', 'legend');
  const code = make('code', 'reference', { dir: 'ltr', translate: 'no' });
  const button = make('button', 'action', { type: 'button' });
  name.textContent = words.text('report.reference');
  code.textContent = reference;
  button.textContent = words.text('report.copy');
  button.setAttribute('aria-label', `${button.textContent}: ${reference}`);
  button.onclick = () => void copy(code, words, said);
  row.append(name, code, button);
  return row;
}

/** To the clipboard; where that is refused, the text is selected. */
async function copy(node: HTMLElement, words: PanelWords, said: HTMLElement): Promise<void> {
  let id = 'report.copied';
  try {
    await navigator.clipboard.writeText(node.textContent!);
  } catch {
    id = 'report.by-hand';
    getSelection()?.selectAllChildren(node);
  }
  tell(said, words, id);
}
