// Where a moment is in the chart. The picture moves as one group: only its offset follows the clock.

/** Heights in px; the stylesheet knows the same ones. */
export const ROW = 26;
export const LANE = 46;

export interface Scale {
  width: number;
  /** px per ms. */
  rate: number;
  /** The now-line, px from the left. */
  now: number;
}

const EPOCH = performance.now();

/** Past and future that a plot of this width shows, ms. */
export function scaleFor(width: number): Scale {
  const [past, future] = width > 420 ? [26_000, 6000] : [14_000, 4000];
  const rate = width / (past + future);
  return { width, rate, now: past * rate };
}

/** The place of a moment within the moving group. */
export function x(scale: Scale, at: number): number {
  return (at - EPOCH) * scale.rate;
}

/** Where the moving group stands. */
export function offset(scale: Scale, now: number): number {
  return scale.now - x(scale, now);
}

/** The oldest moment in the picture. */
export function oldest(scale: Scale, now: number): number {
  return now - scale.now / scale.rate;
}
