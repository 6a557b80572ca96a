// A toast that is swiped aside is dismissed, as by its button. By a finger or a pen: a mouse selects text.

/** Beyond so many pixels it is a swipe. */
const SLOP = 10;
/** Let go beyond this share of its width, it goes. */
const ENOUGH = 0.35;
/** The whole way from one side to the other, in the time of an animation that only the finger moves. */
const WAY = 2000;

export function swipes(node: HTMLElement, dismiss: () => void): void {
  let from: PointerEvent | undefined;
  let motion: Animation | undefined;
  let way = 0;

  node.onpointerdown = (event) => {
    if (event.pointerType !== 'mouse' && event.isPrimary && node.closest('.toasts')) from = event;
  };
  node.onpointermove = ({ pointerId, clientX }) => {
    if (pointerId !== from?.pointerId) return;
    const moved = clientX - from.clientX;
    if (!motion) {
      if (Math.abs(moved) < SLOP) return;
      node.setPointerCapture(pointerId);
      motion = node.animate({ translate: ['-100%', '100%'], opacity: [0, 1, 0] }, WAY);
      motion.pause();
    }
    way = moved / node.offsetWidth;
    motion.currentTime = (Math.max(-1, Math.min(way, 0.999)) + 1) * (WAY / 2);
  };
  node.onpointerup = node.onpointercancel = ({ type }) => {
    const gone = motion && type === 'pointerup' && Math.abs(way) > ENOUGH;
    // One that goes stays where the finger left it.
    if (!gone) motion?.cancel();
    from = motion = undefined;
    if (gone) dismiss();
  };
}
