// Hints at elements of the page: a card under the element that a notice is about, and words at the fields of a form that a
// server's answer names. Loaded with the first call or notice that names an element.
import type { LiveNotices } from '../../../../pkg/src/live-notices';
import type { Area } from '../area.js';
import type { Card } from '../card.js';
import type { HintHost, Hints, HintTools, View } from '../types.js';
import { PREFIX, describe, invalidate } from './describe.js';
import { fieldOf, formOf, type ProblemError } from './fields.js';
import { hintTheme } from './theme.js';

/** What is said beside a field, and in a list, is cut there: a server may send a novel. */
const LONGEST = 200;
/** What takes a hint in; under anything else it follows. */
const HOLDERS = 'form,fieldset,td,th,li,dd,dialog,body';

/** So often is put back what a page takes out; then it is a toast. */
const MOST_RETURNS = 3;

let ids = 0;

/** Words beside a field. */
interface Mark {
  readonly host: HTMLElement;
  readonly field: Element;
  readonly text: string;
  undo(): void;
}

interface Hint {
  readonly area: Area;
  readonly anchor: Element;
  view: View;
  /** For the description of the element. */
  readonly words: HTMLElement;
  /** What is left of a server's errors, where no field takes them. */
  readonly list: HTMLElement;
  marks: Mark[];
  /** Times that the page took something of it out. */
  taken: number;
  /** The errors that are drawn. */
  errors: readonly ProblemError[] | undefined;
  undo(): void;
}

/** What the hints of these notices ask for. Which elements there are is known to the engine alone, which shares no source. */
export function hintsOf(live: LiveNotices, element: HintHost['element'], told: HintHost['told']): HintHost {
  return {
    element,
    told,
    trusts: (href) => {
      const trusted = live.host.options.privacy?.trustServerText ?? [];
      return trusted.some((origin) => new URL(origin, href).origin === new URL(href).origin);
    },
    fieldLabel: () => live.label('ui.field'),
    lost: (anchor) => live.tell((core) => core.unanchor(anchor)),
    edited: (id) => live.dismiss(id),
  };
}

export function createHints(tools: HintTools, host: HintHost): Hints {
  const { icon, make } = tools.building;
  const hints = new Map<string, Hint>();
  const watcher = new MutationObserver(look);

  /**
   * Elements may leave the page at any time: what was said at them moves to a toast. Where the page takes out what is ours alone, as a
   * framework does that draws its part anew, it is put back.
   */
  function look(): void {
    for (const hint of hints.values()) {
      const { anchor, area, marks, view } = hint;
      const all = [{ host: area.host, field: anchor }, ...marks];
      const gone = all.filter((one) => one.field.isConnected && !one.host.isConnected);
      if (gone.length > 0) hint.taken++;
      if (!anchor.isConnected || hint.taken > MOST_RETURNS) host.lost(view.anchor!);
      else for (const one of gone) put(one.host, one.field);
    }
  }

  function open(card: Card, anchor: Element): Hint {
    const area = tools.area('hint');
    adopt(area.host);
    area.region.append(card.node);
    const words = say(area.host, '');
    const list = make('ul', 'errors');
    card.node.append(list);
    const end = new AbortController();
    const { signal } = end;
    const edited = (event: Event) => {
      const field = event.composedPath()[0] as Element;
      // Of the browser's own fields every change was heard as it was made, also before the answer came.
      if (event.type === 'input' || !field.matches('input,select,textarea')) hear(hint, field);
    };
    const form = formOf(anchor);
    for (const target of form?.contains(anchor) ? [form] : [anchor, form])
      for (const type of ['input', 'change']) target?.addEventListener(type, edited, { signal });
    const undescribe = describe(anchor, words.id);
    const wrong = isRejected(card.view) && isField(anchor);
    const validate = wrong ? invalidate(anchor) : undefined;
    const hint: Hint = {
      area,
      anchor,
      view: card.view,
      words,
      list,
      marks: [],
      taken: 0,
      errors: undefined,
      undo() {
        end.abort();
        undescribe();
        validate?.();
        for (const mark of hint.marks) mark.undo();
        list.remove();
        area.host.remove();
      },
    };
    watcher.observe(anchor.getRootNode(), { childList: true, subtree: true });
    watcher.observe(document, { childList: true, subtree: true });
    return hint;
  }

  /** Words at a field. They are the server's only where the app trusts it. */
  function mark(hint: Hint, field: Element, text: string): Mark {
    const area = tools.area('hint');
    adopt(area.host);
    area.host.dataset['of'] = 'field';
    const sign = icon({ 'aria-hidden': 'true' });
    const line = make('p', 'message');
    const said = make('span', 'said', { dir: 'auto' });
    sign.draw('error');
    said.textContent = text;
    line.append(sign.svg, said);
    area.region.append(line);
    tools.dress(area.region, 'hint');
    const words = say(area.host, text);
    for (const name of ['lang', 'dir'] as const) area.host[name] = hint.view[name];
    put(area.host, field);
    const undescribe = describe(field, words.id);
    const validate = invalidate(field);
    return {
      host: area.host,
      field,
      text,
      undo() {
        undescribe();
        validate();
        area.host.remove();
      },
    };
  }

  /** Somebody edits: what was said about that field is over, and with the last such word the notice. */
  function hear(hint: Hint, field: Element): void {
    const { view, anchor, marks } = hint;
    const about = marks.filter((mark) => mark.field === field);
    for (const mark of about) mark.undo();
    hint.marks = marks.filter((mark) => mark.field !== field);
    const own = field === anchor && (!view.fault || isRejected(view));
    // What is said of the form as a whole is not answered by an edit.
    const last = hint.marks.length === 0 && !hint.list.firstChild && (about.length > 0 || isRejected(view));
    if (own || last) host.edited(view.id);
  }

  function draw(hint: Hint, view: View): void {
    hint.view = view;
    const text = [view.title, view.body].filter(Boolean).join('. ');
    if (hint.words.textContent !== text) hint.words.textContent = text;
    const told = isRejected(view) ? host.told(hint.anchor) : undefined;
    const errors = told?.problem.errors;
    if (errors === hint.errors) return;
    hint.errors = errors;
    for (const mark of hint.marks) mark.undo();
    hint.marks = [];
    hint.list.replaceChildren();
    const trusted = told !== undefined && host.trusts(told.href);
    const form = formOf(hint.anchor);
    for (const error of errors ?? []) {
      const field = form && fieldOf(form, error);
      const text = trusted ? error.detail.slice(0, LONGEST) : host.fieldLabel();
      const twice = hint.marks.some((mark) => mark.field === field && mark.text === text);
      if (field && !twice) hint.marks.push(mark(hint, field, text));
      else if (!field && trusted) {
        const item = make('li', 'said', { dir: 'auto' });
        item.textContent = text;
        hint.list.append(item);
      }
    }
    hint.list.hidden = !hint.list.firstChild;
  }

  return {
    get areas() {
      return [...hints.values()].map(({ area }) => area);
    },
    render(cards) {
      for (const card of cards) {
        const { id, anchor: number } = card.view;
        const anchor = host.element(number!);
        let hint = hints.get(id);
        if (hint && hint.anchor !== anchor) {
          hint.undo();
          hints.delete(id);
          hint = undefined;
        }
        if (!anchor) {
          host.lost(number!);
          continue;
        }
        if (!hint) hints.set(id, (hint = open(card, anchor)));
        const { host: own, region } = hint.area;
        tools.dress(region, 'hint');
        for (const name of ['lang', 'dir'] as const) own[name] = card.view[name];
        if (card.node.parentNode !== region) region.append(card.node);
        if (!own.isConnected) put(own, anchor);
        draw(hint, card.view);
      }
      const shown = new Set(cards.map(({ view }) => view.id));
      for (const [id, hint] of hints) {
        if (shown.has(id)) continue;
        hints.delete(id);
        hint.undo();
      }
      if (hints.size === 0) watcher.disconnect();
    },
    dispose() {
      watcher.disconnect();
      for (const hint of hints.values()) hint.undo();
      hints.clear();
    },
  };
}

/** Words for the description of an element: in the page, where its attribute can name them, and never seen. */
function say(host: HTMLElement, text: string): HTMLElement {
  const words = document.createElement('span');
  words.id = PREFIX + ++ids;
  words.hidden = true;
  words.textContent = text;
  host.append(words);
  // What has no slot is nowhere, for a description too.
  host.shadowRoot!.append(document.createElement('slot'));
  return words;
}

function adopt({ shadowRoot }: HTMLElement): void {
  shadowRoot!.adoptedStyleSheets = [...shadowRoot!.adoptedStyleSheets, hintTheme()];
}

/** Under an element, or at the end of what holds others. Not in a label, whose words would be longer by the hint's. */
function put(node: HTMLElement, element: Element): void {
  const row = element.closest('tr,ul,ol,dl') === element ? element.lastElementChild : null;
  const holder = row ?? (element.matches(HOLDERS) ? element : undefined);
  if (holder) holder.append(node);
  else (element.closest('label') ?? element).after(node);
}

function isField(element: Element): boolean {
  return element.matches('input,select,textarea,[contenteditable],[role=textbox],[role=combobox]');
}

function isRejected({ fault }: View): boolean {
  return fault?.kind === 'rejected-input';
}
