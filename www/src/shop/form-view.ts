// The form for a new order. What was typed stays, whatever becomes of the request.
import { type Draft, type Order, Trouble, saveOrder } from '../net/api';
import { button, h, set, write } from '../page/dom';
import { icon } from '../page/icons';
import * as drafts from './drafts';
import * as feed from './feed';

const ITEMS = [
  'Oak dining table, 180 cm',
  'Chair, bentwood',
  'Bookshelf, five boards',
  'Desk, height adjustable',
  'Standing lamp, linen shade',
  'Wardrobe, two doors',
];

interface Field {
  name: 'customer' | 'item' | 'quantity';
  node: HTMLElement;
  input: HTMLInputElement;
  wrong: HTMLElement;
}

/** Fills the form and sends it, as a person would; false where the form is gone. */
export let fillAndSave: ((draft: Draft) => boolean) | undefined;

/** The view; `like`: an order to start from. `done` is called with what was saved; undefined: it is kept, and sent later. */
export function formView(like: Order | undefined, done: (order: Order | undefined) => void): HTMLElement {
  const fields = [
    field('customer', 'Customer', { autocomplete: 'organization', maxlength: 200 }, like?.customer),
    field('item', 'Item', { list: 'items', autocomplete: 'off', maxlength: 200 }, like?.item),
    field(
      'quantity',
      'Quantity',
      { type: 'number', min: 1, max: 500, inputmode: 'numeric' },
      String(like?.quantity ?? 1),
    ),
  ];
  const note = h('p', { class: 'form-note', role: 'status' });
  const save = button('press main', () => {}, 'Save order');
  save.type = 'submit';
  let saving = false;
  let sentAs: { text: string; key: string } | undefined;

  async function send(): Promise<void> {
    if (saving) return;
    const draft = read();
    for (const each of fields) mark(each, '');
    const missing = check(draft);
    if (missing.length > 0) return complain(missing);
    // The same order keeps its key: pressed again, it is still one order.
    const text = JSON.stringify(draft);
    if (sentAs?.text !== text) sentAs = { text, key: crypto.randomUUID() };
    busy(true);
    try {
      const order = await saveOrder(draft, sentAs.key);
      if (order) feed.add(order);
      else await drafts.add(draft);
      done(order);
    } catch (error) {
      const errors = error instanceof Trouble ? (error.fault?.problem?.errors ?? []) : [];
      const told = errors.map(({ pointer, detail }) => ({
        name: pointer?.replace(/^#?\//, '') ?? '',
        detail,
      }));
      complain(told);
    }
    busy(false);
  }

  function complain(problems: { name: string; detail: string }[]): void {
    const hit = fields.filter((each) => {
      const problem = problems.find(({ name }) => name === each.name);
      mark(each, problem?.detail ?? '');
      return problem;
    });
    write(
      note,
      hit.length > 0 ? 'Not saved yet. See above.' : 'Not saved yet. What you entered is still here.',
    );
    hit[0]?.input.focus();
  }

  function read(): Draft {
    const [customer, item, quantity] = fields.map(({ input }) => input.value.trim());
    return { customer: customer ?? '', item: item ?? '', quantity: Number(quantity) };
  }

  function busy(now: boolean): void {
    saving = now;
    set(save, { 'aria-disabled': now ? 'true' : undefined });
    save.replaceChildren(...(now ? [h('span', { class: 'spinner' }), 'Saving …'] : ['Save order']));
    if (now) write(note, '');
  }

  const form = h(
    'form',
    { class: 'order-form', novalidate: true, 'aria-labelledby': 'view-title' },
    ...fields.map(({ node }) => node),
    h('datalist', { id: 'items' }, ...ITEMS.map((value) => h('option', { value }))),
    h('div', { class: 'form-end' }, save, h('a', { class: 'press', href: '#/' }, 'Cancel'), note),
  );
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    void send();
  });
  fillAndSave = (draft) => {
    if (!form.isConnected) return false;
    for (const { name, input } of fields) input.value = String(draft[name]);
    void send();
    return true;
  };
  return h(
    'div',
    { class: 'form-view' },
    h('a', { class: 'back', href: '#/' }, icon('back'), 'All orders'),
    h('h3', { id: 'view-title', tabindex: -1 }, 'New order'),
    form,
  );
}

function check({ customer, item }: Draft): { name: string; detail: string }[] {
  return [
    ...(customer ? [] : [{ name: 'customer', detail: 'Say who the order is for' }]),
    ...(item ? [] : [{ name: 'item', detail: 'Say what is ordered' }]),
  ];
}

function field(name: Field['name'], label: string, attributes: object, value = ''): Field {
  const id = `order-${name}`;
  const input = h('input', { id, name, 'aria-describedby': `${id}-wrong`, ...attributes });
  const wrong = h('p', { class: 'wrong', id: `${id}-wrong` });
  input.value = value;
  return {
    name,
    input,
    wrong,
    node: h('div', { class: `form-field ${name}` }, h('label', { for: id }, label), input, wrong),
  };
}

function mark({ input, wrong }: Field, detail: string): void {
  set(input, { 'aria-invalid': detail ? 'true' : undefined });
  write(wrong, detail);
}
