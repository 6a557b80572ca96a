// The history and the preferences panel: loaded when somebody opens one.
import { arrange, icon, make, makeHost, set, write } from '../../src/browser/dom/build';
import { reach } from '../../src/browser/dom/area';
import { theme } from '../../src/browser/dom/theme';
import { part } from '../../src/browser/part';
import type { LiveNotices } from './live-notices';
import type { Panel } from './notices';

export class Panels {
  #open: { reword(): void; close(): void } | undefined;
  /** The panel that was asked for last. */
  #asked = 0;

  constructor(readonly live: LiveNotices) {}

  async open(name: Panel): Promise<void> {
    if (typeof document === 'undefined') return;
    const asked = ++this.#asked;
    const loaded = await part('its panels', import('steadfetch-panels'));
    if (!loaded || asked !== this.#asked) return;
    this.#open?.close();
    const { live } = this;
    const { host, surfaces, listeners } = live;
    const { preferences } = host;
    const opened = await loaded.openPanel(name, {
      languages: () => host.extras!.languages,
      look: (surfaces || {}).theme ?? 'auto',
      tools: { arrange, icon, make, makeHost, reach, set, theme, write },
      list: () => live.list(),
      label: (id) => live.label(id),
      preferences,
      on: (heard) => {
        listeners.add(heard);
        preferences.appliers.push(heard);
        return () => {
          listeners.delete(heard);
          preferences.appliers.splice(preferences.appliers.indexOf(heard), 1);
        };
      },
      open: (other) => void this.open(other),
      changed: () => live.settle(),
    });
    if (asked === this.#asked) this.#open = opened;
    else opened.close();
  }

  /** The words are other ones now. */
  reworded(): void {
    this.#open?.reword();
  }

  dispose(): void {
    this.#asked += 1;
    this.#open?.close();
    this.#open = undefined;
  }
}
