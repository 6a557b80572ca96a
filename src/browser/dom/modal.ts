// What is modal and on top, a dialog or what fills the screen: everything outside of it is inert, for the pointer, the keyboard and
// the accessibility tree alike.

/** The element that has the focus, in whichever shadow root. */
export function focusedElement(): Element | null {
  let focused = document.activeElement;
  while (focused?.shadowRoot?.activeElement) focused = focused.shadowRoot.activeElement;
  return focused;
}

/** `known`: the one that was on top before. There is no list of the top layer, but the focus is in its modal. */
export function topModal(known: Element | undefined): Element | undefined {
  // What shows no content of its own takes nothing in.
  const modal = ':modal:not(video,iframe,canvas,img,embed,object)';
  let at: Element | null | undefined = focusedElement();
  for (; at && !at.matches(modal); at = at.parentElement ?? (at.getRootNode() as ShadowRoot).host);
  if (at ?? (known?.isConnected && known.matches(modal))) return at ?? known;
  return [...document.querySelectorAll(modal)].pop();
}

/** Hears of dialogs that open and close, of popovers and full screen, and of the focus, until the signal ends. */
export function watchLayers(heard: () => void, signal: AbortSignal): MutationObserver {
  const observer = new MutationObserver(heard);
  observer.observe(document, { subtree: true, attributeFilter: ['open'] });
  signal.addEventListener('abort', () => observer.disconnect());
  return observer;
}
