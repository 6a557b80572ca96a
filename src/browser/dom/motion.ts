// Coming and going, of which people who are `calm` see no movement.

/** What the device says. Asked for each time: people change it while the page is open. */
export const still = () => matchMedia('(prefers-reduced-motion:reduce)').matches;

/** Chromium draws the page again for each frame of an animation's last 40 ms, and for none before: it has come to rest by then. */
const REST = 50;

export function enter(node: HTMLElement, from: number, calm: boolean): void {
  const took = calm ? 100 : 200;
  const duration = took + REST;
  const start = { opacity: 0, translate: calm ? 'none' : `0 ${from}px`, easing: 'ease-out' };
  const end = { opacity: 1, translate: 'none' };
  const animation = node.animate([start, { ...end, offset: took / duration }, end], { duration });
  setTimeout(() => animation.finish(), took);
}

/** Closes the gap of a node that is inert already, then takes it away; at once where nobody would see it. */
export function leave(node: HTMLElement, calm: boolean, done: () => void): void {
  const gone = () => {
    node.remove();
    done();
  };
  if (document.hidden || !node.isConnected) return gone();
  const shut = calm ? {} : { height: 0, marginBlock: 0, paddingBlock: 0 };
  const frames = [{ height: node.offsetHeight + 'px' }, { opacity: 0, ...shut }];
  node.animate(frames, { duration: calm ? 120 : 180, easing: 'ease-out' }).finished.then(gone, gone);
}
