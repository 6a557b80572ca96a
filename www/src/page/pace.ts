// How often something that moves is drawn: at the speed of these pictures, more frames would show nothing new.

const calm = matchMedia('(prefers-reduced-motion: reduce)');

/** ms between two drawings; once a second where people want no movement. */
export function pace(): number {
  return calm.matches ? 1000 : 45;
}

/** Whether movement is not wanted now. */
export function isCalm(): boolean {
  return calm.matches;
}
