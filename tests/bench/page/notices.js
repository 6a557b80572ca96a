// The same 200 failures at once, told by steadfetch and by three libraries for toasts as an app would call them.
import { Notyf } from 'notyf';
import notyfLooks from 'notyf/notyf.min.css';
import { createElement } from 'react';
import { createRoot } from 'react-dom/client';
import { Toaster as HotToaster, toast as hot } from 'react-hot-toast';
import { Toaster as Sonner, toast as sonner } from 'sonner';
import { createSteadfetch } from 'steadfetch';

const FAILED = 'This has to wait a moment';

/** A server that has more to do than it can handle. */
const overloaded = () => Promise.resolve(new Response('', { status: 503 }));

function mount(toaster) {
  const root = document.createElement('div');
  document.body.append(root);
  createRoot(root).render(createElement(toaster));
}

/** 200 calls of one client at once, each of which fails. */
async function steady(surfaces) {
  globalThis.fetch = overloaded;
  const client = createSteadfetch({ surfaces, defaults: { retry: false, breaker: false } });
  await client.ready;
  return async (count) => {
    await Promise.all(Array.from({ length: count }, (_, n) => client.fetch(`/view/${n}`)));
  };
}

/** For each: makes ready, and gives back what tells of so many failures. */
const contestants = {
  steadfetch: () => steady({ delay: 0 }),
  // What 200 calls take that nobody is told of.
  'steadfetch, surfaces: false': () => steady(false),
  notyf: async () => {
    const looks = new CSSStyleSheet();
    looks.replaceSync(notyfLooks);
    document.adoptedStyleSheets = [looks];
    const notyf = new Notyf();
    return (count) => Array.from({ length: count }, () => notyf.error(FAILED));
  },
  'react-hot-toast': async () => {
    mount(HotToaster);
    return (count) => Array.from({ length: count }, () => hot.error(FAILED));
  },
  sonner: async () => {
    mount(Sonner);
    return (count) => Array.from({ length: count }, () => sonner.error(FAILED));
  },
};

let tell;

globalThis.begin = async (name) => {
  tell = await contestants[name]();
};

globalThis.fail = async (count) => {
  await tell(count);
};

/** Cards on the screen, counted by what each says; what is only spoken is none. */
globalThis.cards = () => {
  const own = document.querySelector('[data-steadfetch=toasts]')?.shadowRoot;
  const count = (node) => (node?.textContent ?? '').split(FAILED).length - 1;
  const voices = [...document.querySelectorAll('[data-steadfetch=announcer],.notyf-announcer')];
  return count(own) + count(document.body) - voices.reduce((sum, voice) => sum + count(voice), 0);
};
