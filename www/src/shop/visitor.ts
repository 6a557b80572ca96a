// A visitor who uses the shop while a drill plays, until somebody real takes over.
import { note } from '../lab/log';
import * as player from '../lab/player';
import type { Deed } from '../lab/drill';
import { part } from '../page/dom';
import { signInNow } from './answers';
import * as feed from './feed';
import { fillAndSave } from './form-view';
import { type } from './list-view';
import { open } from './routes';

const WORDS = 'oak';
const ORDER = { customer: 'Café Morgenrot', item: 'Chair, bentwood', quantity: 12 };

let takenOver = false;

/** Lets the visitor act when a drill says so. */
export function startVisitor(): void {
  for (const type of ['pointerdown', 'keydown']) {
    part('shop').addEventListener(type, (event) => {
      if (takenOver || !event.isTrusted || !player.position()) return;
      takenOver = true;
      note('lab', 'You took over: the drill now plays the network only.');
    });
  }
  player.changed.listen(({ how }) => {
    takenOver = false;
    if (how !== 'began' && feed.current().query === WORDS) type('');
  });
  player.deed.listen((deed) => takenOver || act(deed));
}

function act(deed: Deed): void {
  switch (deed) {
    case 'refresh':
      return void feed.refresh();
    case 'search':
      open('#/');
      return type(WORDS);
    case 'open-order': {
      const number = feed.current().orders?.[4]?.number;
      if (number !== undefined) open(`#/orders/${number}`);
      return;
    }
    case 'save-order':
      open('#/new');
      return void fillAndSave?.(ORDER);
    case 'sign-in':
      return void signInNow().catch(() => {});
  }
}
