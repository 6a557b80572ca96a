// A tab that is killed in mid-send. No page can kill itself: a second tab does the sending, slowly, and a person ends it.
import { saveOrder } from '../net/api';
import { scenarioId } from '../net/backend';
import { openDialog } from '../page/dialog';
import { h } from '../page/dom';
import * as drafts from '../shop/drafts';
import { note } from './log';
import * as trouble from './trouble';

const MARK = 'sends';
const SAVE = 'POST /api/orders';
/** Long enough to be killed in it, ms. */
const SLOW = 8000;
const ORDERS = [
  { customer: 'Hotel Seeblick', item: 'Standing lamp, linen shade', quantity: 14 },
  { customer: 'Studio Lehmann', item: 'Desk, height adjustable', quantity: 2 },
];

/** Saves two orders while this tab is offline, and opens the tab that sends them. */
export async function sendFromSecondTab(): Promise<void> {
  const second = new URL(location.href);
  second.search = `?${MARK}=${scenarioId}`;
  second.hash = '#/';
  trouble.switchOffline(true);
  await trouble.ready();
  for (const draft of ORDERS) {
    if (!(await saveOrder(draft, crypto.randomUUID()))) await drafts.add(draft);
  }
  note('lab', 'Two orders are kept. This tab is offline, so that the second one sends them.');
  openDialog(
    'Kill a tab in mid-send',
    [
      h(
        'p',
        {},
        'Two orders are kept on this device, and this tab is offline. The second tab sends them, each for 8 seconds.',
      ),
      h(
        'p',
        {},
        'Kill it meanwhile: open chrome://crash in its address bar (Chromium), or end it in the browser’s task manager.',
      ),
      h(
        'p',
        {},
        'Then come back and switch “Whole device offline” off, under “Switch by hand”. What nobody has confirmed is sent again, under the same key: each order is there once.',
      ),
    ],
    [
      {
        label: 'Open the second tab',
        main: true,
        // Without an opener it has a process of its own: killing it leaves this tab alone.
        run: () => void window.open(second, '_blank', 'noopener'),
      },
      { label: 'Not now', run: () => trouble.switchOffline(false) },
    ],
  );
}

/** In the second tab: saving is slow, and the person is told what to do. */
export function startSecondTab(): void {
  if (!location.search.startsWith(`?${MARK}=`)) return;
  trouble.switchFault(SAVE, { kind: 'latency', delay: SLOW });
  document.title = 'Kill this tab: it sends';
  note('lab', 'This tab sends what is kept, slowly. Kill it: open chrome://crash in its address bar.');
}
