// On a narrow page shop and lab are two tabs; on a wide one they stand side by side.
import { part, set } from './dom';

const WIDE = '(min-width: 1080px)';
const NAMES = ['shop', 'lab'] as const;
export type PanelName = (typeof NAMES)[number];

/**
 * Starts the tabs. The function that comes back brings a panel to the front. `shown` hears which one alone is in view;
 * undefined: both are.
 */
export function startPanels(shown: (only: PanelName | undefined) => void): (name: PanelName) => void {
  const wide = matchMedia(WIDE);
  let front: PanelName = 'shop';

  function show(name: PanelName): void {
    front = name;
    for (const each of NAMES) {
      const tab = part(`${each}-tab`);
      set(tab, { 'aria-selected': String(each === front), tabindex: each === front ? 0 : -1 });
      // Beside each other they are regions of the page, not tab panels.
      set(part(each), {
        hidden: !wide.matches && each !== front,
        role: wide.matches ? undefined : 'tabpanel',
        'aria-labelledby': wide.matches ? `${each}-title` : `${each}-tab`,
      });
    }
    shown(wide.matches ? undefined : front);
  }

  for (const name of NAMES) part(`${name}-tab`).addEventListener('click', () => show(name));
  part('tabs').addEventListener('keydown', (event) => {
    if (!['ArrowLeft', 'ArrowRight', 'Home', 'End'].includes(event.key)) return;
    event.preventDefault();
    const next =
      event.key === 'Home' ? 'shop' : event.key === 'End' ? 'lab' : front === 'shop' ? 'lab' : 'shop';
    show(next);
    part(`${next}-tab`).focus();
  });
  wide.addEventListener('change', () => show(front));
  show(front);
  return show;
}
