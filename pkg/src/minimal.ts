// The notice of last resort: plain JavaScript, for when the rest could not be loaded. English only; it never throws.
import { UNSEEN } from '../../src/browser/dom/unseen';

const CSS = `:host{all:initial!important;position:fixed!important;z-index:2147483647!important;inset:auto 0 0 auto!important;max-width:100%!important}
section{color-scheme:light dark;display:flex;gap:12px;width:min(360px,100vw - 32px);box-sizing:border-box;margin:16px;padding:14px 8px 14px 16px;border:1px solid GrayText;border-radius:14px;background:Canvas;color:CanvasText;font:14px/1.45 system-ui,sans-serif;box-shadow:0 8px 28px -6px #0005}
div{flex:1;overflow-wrap:anywhere}
b{display:block}
button{all:unset;min-width:32px;height:32px;text-align:center;font-size:20px;cursor:pointer}
button:focus-visible{outline:2px solid}
@media(pointer:coarse){button{min-width:44px;height:44px}}
${UNSEEN}`;

/** As the catalog has it. */
const UNREACHABLE = {
  title: "We can't reach the server",
  body: "There was no answer, and we can't tell why yet.",
};

/** What each client has to say, the newest last. */
const told = new Map<object, typeof UNREACHABLE>();

/** The one card: new words take the place of old ones. */
let card: { host: HTMLElement; say(words: typeof UNREACHABLE): void } | undefined;

/** Shows one small card, which stays until the person closes it or the client is done. */
export function showMinimal(client: object, words = UNREACHABLE): void {
  told.delete(client);
  told.set(client, words);
  try {
    if (!card?.host.isConnected) card = build();
    card.say(words);
  } catch {
    // No document, or one that refuses: there is nobody to tell.
  }
}

/** Takes a client's words away, and the card with the last ones. */
export function closeMinimal(client: object): void {
  const before = newest();
  told.delete(client);
  const words = newest();
  if (!words) close();
  else if (words !== before) card?.say(words);
}

function newest(): typeof UNREACHABLE | undefined {
  return [...told.values()].pop();
}

function close(): void {
  told.clear();
  card?.host.remove();
  card = undefined;
}

function build(): NonNullable<typeof card> {
  const make = (tag: string) => document.createElement(tag);
  const host = make('div');
  const status = make('div');
  const region = make('section');
  const words = make('div');
  const heading = make('b');
  const text = new Text();
  const button = make('button');
  const sheet = new CSSStyleSheet();
  const root = host.attachShadow({ mode: 'open' });
  sheet.replaceSync(CSS);
  root.adoptedStyleSheets = [sheet];
  host.dataset['steadfetch'] = 'minimal';
  status.role = 'status';
  region.ariaLabel = 'Notification';
  region.onkeydown = (event) => event.key === 'Escape' && close();
  button.textContent = '×';
  button.onclick = close;
  words.append(heading, text);
  region.append(words, button);
  root.append(region, make('slot'));
  host.append(status);
  document.body.append(host);
  return {
    host,
    say({ title, body }) {
      heading.textContent = title;
      text.data = body;
      button.ariaLabel = 'Dismiss: ' + title;
      // A live region speaks only what comes after it.
      setTimeout(() => (status.textContent = `${title}. ${body}`), 60);
    },
  };
}
