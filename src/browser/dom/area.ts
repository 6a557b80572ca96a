// Where cards stand: toasts above everything at the end of the page, the banner in its flow.
import { make, makeHost } from './build.js';

export interface Area {
  readonly host: HTMLElement;
  readonly region: HTMLElement;
  /** The focused node in it. */
  focused(): HTMLElement | null;
}

export function createArea(name: string, sheet: CSSStyleSheet): Area {
  const region = make('section', name);
  const { host, root } = makeHost(name, sheet, region);
  return { host, region, focused: () => root.activeElement as HTMLElement | null };
}

/** Above everything that is in the top layer now; without a top layer, the highest z-index must do. */
export function raise(region: HTMLElement): void {
  if (!region.showPopover) return;
  region.popover = 'manual';
  if (region.matches(':popover-open')) region.hidePopover();
  region.showPopover();
}

/** What doesn't fit is scrolled, by keys too. */
export function reach(region: HTMLElement): void {
  if (region.scrollHeight > region.clientHeight) region.tabIndex = 0;
  else region.removeAttribute('tabindex');
}
