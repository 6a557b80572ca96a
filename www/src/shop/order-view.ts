// One order, with what the carrier says about its delivery.
import { type Delivery, type Order, Trouble, readDelivery, readOrder } from '../net/api';
import { steady } from '../net/steady';
import { timeShort } from '../page/ago';
import { arrange, button, h, set, write } from '../page/dom';
import { icon } from '../page/icons';
import * as feed from './feed';
import { STATES, longDay, money, stateLabel } from './format';

/** The view of an order. What the list knows is shown at once; the server's word replaces it. */
export function orderView(number: number, signal: AbortSignal): HTMLElement {
  const facts = h('dl', { class: 'facts' });
  const way = h('ol', { class: 'way', 'aria-label': 'Progress' });
  const badge = h('span', { class: 'badge' });
  const note = h('p', { class: 'detail-note', role: 'status' });
  const again = button('link', () => void read(), 'Try again');
  const delivery = h('div', { class: 'delivery-words' });
  const title = h('h3', { id: 'view-title', tabindex: -1 }, `Order ${number}`);
  let order = feed.known(number);

  function draw(): void {
    if (!order) return arrange(facts, [1, 2, 3, 4].map(bone));
    arrange(badge, [stateLabel(order.state)]);
    arrange(way, STATES.map(stage));
    const { customer, item, quantity, total, date } = order;
    const pieces = quantity > 1 ? `${quantity} pieces at ${money(total / quantity)}` : '1 piece';
    arrange(facts, [
      fact('Customer', customer),
      fact('Item', item),
      fact('Quantity', pieces),
      fact('Ordered on', longDay(date)),
      fact('Total', money(total), 'sum'),
    ]);
  }

  function stage(state: Order['state'], at: number): HTMLElement {
    const reached = STATES.indexOf(order?.state ?? 'new');
    const here = at === reached;
    return h(
      'li',
      { class: at <= reached ? 'reached' : '', 'aria-current': here ? 'step' : undefined },
      state,
    );
  }

  async function read(): Promise<void> {
    set(again, { hidden: true });
    if (!order) write(note, 'Loading …');
    try {
      const { value, asOf } = await readOrder(number, signal);
      order = value;
      write(note, asOf === undefined ? '' : `As of ${timeShort(asOf)}`);
      draw();
    } catch (error) {
      if (signal.aborted) return;
      const missing = error instanceof Trouble && error.fault?.kind === 'not-found';
      write(
        note,
        missing
          ? 'There is no such order.'
          : order
            ? 'As the list knew it; newer data didn’t arrive.'
            : 'This order can’t be shown yet.',
      );
      set(again, { hidden: missing });
    }
  }

  async function ask(): Promise<void> {
    if (steady.features.get('carrier').level === 'off') {
      delivery.replaceChildren(h('p', {}, 'Delivery times are off for now, and come back by themselves.'));
      return;
    }
    arrange(delivery, [h('div', { class: 'skeleton line' }, h('i'))]);
    try {
      const { value, asOf } = await readDelivery(number, signal);
      if (value) return tell(value, asOf);
    } catch {
      if (signal.aborted) return;
    }
    delivery.replaceChildren(
      h('p', {}, 'The carrier doesn’t say at the moment.'),
      button('link', () => void ask(), 'Ask again'),
    );
  }

  function tell({ carrier, date, window }: Delivery, asOf: number | undefined): void {
    const reduced = steady.features.get('carrier').level === 'reduced';
    const when = asOf === undefined ? '' : ` As of ${timeShort(asOf)}.`;
    delivery.replaceChildren(
      h('p', { class: 'strong' }, reduced ? longDay(date) : `${longDay(date)}, ${window}`),
      h(
        'p',
        {},
        (reduced ? 'The hour isn’t known for now.' : `With ${carrier}, who call half an hour before.`) + when,
      ),
    );
  }

  set(again, { hidden: true });
  draw();
  void read();
  void ask();
  const forget = steady.features.on('carrier', () => void ask());
  signal.addEventListener('abort', forget);
  return h(
    'div',
    { class: 'detail-view' },
    h('a', { class: 'back', href: '#/' }, icon('back'), 'All orders'),
    h('div', { class: 'detail-head' }, title, badge),
    h('div', { class: 'note-line' }, note, again),
    way,
    facts,
    h('section', { class: 'delivery', 'aria-label': 'Delivery' }, icon('truck'), delivery),
    h('a', { class: 'press', href: `#/new?like=${number}` }, 'Order the same again'),
  );
}

function fact(name: string, value: string, kind = ''): HTMLElement {
  return h('div', { class: kind }, h('dt', {}, name), h('dd', {}, value));
}

function bone(): HTMLElement {
  return h('div', { class: 'skeleton line', 'aria-hidden': 'true' }, h('i'));
}
