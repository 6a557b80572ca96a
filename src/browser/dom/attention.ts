// Whether somebody is busy with the notices: what is being read, pressed or selected must not go, and nothing goes unseen.

export interface Attention {
  /** Looks again. */
  check(): void;
  /** Listens to a region, too. */
  watch(region: HTMLElement): void;
}

/**
 * Watches regions: `busy` hears whether somebody is at them, `changed` whether they must be held. Listeners end with the signal.
 */
export function watchAttention(
  regions: () => readonly HTMLElement[],
  changed: (held: boolean, busy: boolean) => void,
  signal: AbortSignal,
): Attention {
  // A page may be loaded in a window that nobody looks at.
  let blurred = !document.hasFocus();
  let pressed = false;
  let selecting = false;

  const check = () => {
    const busy = regions().some((region) => region.matches(':hover,:focus-within'));
    changed(document.hidden || blurred || pressed || selecting || busy, busy);
  };
  /** `capture`: whatever the page does with the event on its way. */
  const on = (target: EventTarget, types: string, act?: () => void, capture = false) => {
    const hear = () => {
      act?.();
      // The pointer and the focus have arrived only after their events.
      setTimeout(check);
    };
    for (const type of types.split(' ')) target.addEventListener(type, hear, { signal, capture });
  };

  on(window, 'pointerup pointercancel', () => (pressed = false), true);
  // A frame inside the page takes the focus from the window, not from the page.
  on(window, 'blur focus', () => (blurred = !document.hasFocus()));
  on(document, 'visibilitychange');
  // Asked for only when it changes: it makes the browser lay out the page.
  on(document, 'selectionchange', () => (selecting = regions().some(selects)));
  return {
    check,
    watch(region) {
      on(region, 'pointerenter pointerleave focusin focusout');
      on(region, 'pointerdown', () => (pressed = true));
    },
  };
}

function selects(region: HTMLElement): boolean {
  const root = region.getRootNode() as ShadowRoot & { getSelection?(): Selection | null };
  // Chromium keeps what is selected in a shadow root to that root.
  const selection = root.getSelection?.() ?? getSelection();
  return selection?.type === 'Range' && region.contains(selection.anchorNode);
}
