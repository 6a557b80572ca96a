// The screen of one client's notices: what it is made with, and what the person does on it.
import type { Core } from '../../src/browser/core';
import { anchored, loadHints, toldOf } from '../../src/browser/dom/anchors';
import { createRenderer } from '../../src/browser/dom/renderer';
import type { Labels, Renderer } from '../../src/browser/dom/types';
import type * as api from '../types/index';
import { speaks } from './beyond';
import type { LiveNotices } from './live-notices';

const DEFAULT_HOTKEY = 'Alt+T';

export function createScreen(live: LiveNotices, core: Core, surfaces: api.SurfaceOptions): Renderer {
  const { driver, preferences } = live.host;
  const { reducedMotion } = preferences.get();
  return createRenderer(
    { ...surfaces, reducedMotion, labels: labels(core, surfaces) },
    {
      ready: () => live.tell((core) => core.mounted(1, driver.now())),
      speaks,
      dismiss: (id) => live.dismiss(id, true),
      act: (id, action) => live.act(id, action),
      expired: (id) => live.expired(id),
      countdown: (id) => live.ask((core) => core.countdown(Number(id), driver.now(), Date.now())),
      queue: (shown) => live.tell((core) => core.show_queue(+shown)),
    },
  );
}

/** The words of the screen itself. */
export function labels(core: Core, { hotkey = DEFAULT_HOTKEY }: api.SurfaceOptions): Labels {
  return {
    toasts: core.label('ui.region', ''),
    banner: core.label('ui.banner', ''),
    ...(hotkey !== false && { hint: core.label('ui.hotkey', hotkey) }),
  };
}

/** Has a screen draw hints from now on; whether it can. */
export async function drawHints(live: LiveNotices, screen: Renderer): Promise<boolean> {
  const loaded = await loadHints();
  if (!loaded) return false;
  screen.hints(loaded.createHints, loaded.hintsOf(live, anchored, toldOf));
  return true;
}
