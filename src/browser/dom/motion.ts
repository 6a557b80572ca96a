// Coming and going, of which people who are `calm` see no movement.

/** What the device says. Asked for each time: people change it while the page is open. */
export const still = () => matchMedia('(prefers-reduced-motion:reduce)').matches;

export function enter(node: HTMLElement, from: number, calm: boolean): void {
  const start = { opacity: 0, translate: calm ? 'none' : `0 ${from}px` };
  node.animate([start, {}], { duration: calm ? 120 : 220, easing: 'ease-out' });
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
