// One notice: brings about what its scene says, on a page of its own.
import { type Rule, type SteadfetchOptions, type SurfaceOptions, createSteadfetch } from 'steadfetch';
import '../styles/tokens.css';
import '../styles/base.css';
import '../styles/gallery.css';
import { h, part } from '../page/dom';
import { FAILURES, type Failing, OTHERS } from './scenes';
import type { FaultKind } from 'steadfetch';

// Cells know nothing of each other: what one server said to one of them is not for all.
for (const name of ['localStorage', 'sessionStorage', 'BroadcastChannel'])
  Object.defineProperty(globalThis, name, { value: undefined });

const asked = new URLSearchParams(location.search);
const choice = (name: string) => asked.get(name) ?? undefined;
const scene = choice('scene')!;
const surface = choice('surface') ?? 'toast';
const theme = (choice('theme') ?? 'auto') as NonNullable<SurfaceOptions['theme']>;
if (theme !== 'auto') document.documentElement.dataset['theme'] = theme;

const failing = FAILURES[scene as FaultKind] as Failing | undefined;
const rule: Rule = { match: '/*', retry: false, breaker: false, ...failing?.policy };
const options: SteadfetchOptions = {
  rules: [rule],
  faults: failing?.fault ? [{ match: '/*', rate: 1, ...failing.fault }] : [],
  // They are here to be looked at.
  preferences: { autoClose: false },
  surfaces: {
    delay: 0,
    position: 'top',
    maxVisible: 1,
    hotkey: false,
    theme,
    density: (choice('density') ?? 'comfortable') as 'comfortable' | 'compact',
  },
};
if (choice('locale')) options.locale = choice('locale')!;
if (choice('voice')) options.voice = choice('voice')!;

/** What an inline notice is about. */
function anchor(): Element {
  const field = h('input', { id: 'field', value: '…', 'aria-label': 'A field' });
  part('stage').append(field);
  return field;
}

async function show(): Promise<void> {
  const steady = createSteadfetch(options);
  // So that steps which only an app can carry out are offered.
  steady.on('notice', () => parent.postMessage('shown', location.origin));
  if ((await steady.ready) !== 'active') return location.reload();
  const at = surface === 'inline' ? anchor() : (surface as 'toast' | 'banner');
  const other = OTHERS[scene];
  if (other) return void steady.notices.show({ ...other, surface: at });
  if (!failing) return;
  if (failing.first) {
    IDBObjectStore.prototype.add = () => {
      throw new DOMException('The disk is full.', 'QuotaExceededError');
    };
  }
  for (let n = 0; n < (failing.times ?? 1); n++) {
    void steady
      .fetch('/gallery-cell.html', { ...failing.init, steady: { notify: at, ...failing.call } })
      .then((response) => response.text())
      .catch(() => {});
  }
}

void show();
