// The few pictures of this page, drawn as paths.
import { svg } from './dom';

const PATHS = {
  play: 'M7 4.5v11l9-5.5z',
  stop: 'M6 6h8v8H6z',
  pause: 'M7 5v10M13 5v10',
  search: 'M9 3.5a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11zM13 13l4 4',
  plus: 'M10 4v12M4 10h12',
  back: 'M12 4.5 6.5 10l5.5 5.5',
  sun: 'M10 6.5a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7zM10 2v1.6M10 16.4V18M2 10h1.6M16.4 10H18M4.3 4.3l1.2 1.2M14.5 14.5l1.2 1.2M15.7 4.3l-1.2 1.2M5.5 14.5l-1.2 1.2',
  moon: 'M16.5 12.2A7 7 0 0 1 7.8 3.5a7 7 0 1 0 8.7 8.7z',
  auto: 'M3.5 4.5h13v9h-13zM7.5 17h5M10 13.5V17',
  truck:
    'M2.5 5.5h9v8h-9zM11.5 8.5h3.2l2.8 2.7v2.3h-6zM5.5 13.5a1.6 1.6 0 1 0 0 3.2 1.6 1.6 0 0 0 0-3.2zM14 13.5a1.6 1.6 0 1 0 0 3.2 1.6 1.6 0 0 0 0-3.2z',
  box: 'M10 2.8 16.8 6v8L10 17.2 3.2 14V6zM3.4 6.1 10 9.3l6.6-3.2M10 9.3v7.8',
  alert: 'M10 3.2 17.6 16.5H2.4zM10 8v4M10 14.2v.1',
  shield: 'M10 2.6 16 5v4.7c0 3.7-2.4 6.4-6 7.7-3.6-1.3-6-4-6-7.7V5zM7.4 10l1.9 1.9 3.5-3.7',
} as const;

export type IconName = keyof typeof PATHS;

/** A picture that says nothing to a screen reader. */
export function icon(name: IconName): SVGSVGElement {
  const filled = name === 'play' || name === 'stop';
  const path = svg('path', { d: PATHS[name] });
  return svg(
    'svg',
    { viewBox: '0 0 20 20', class: filled ? 'icon filled' : 'icon', 'aria-hidden': 'true' },
    path,
  );
}
