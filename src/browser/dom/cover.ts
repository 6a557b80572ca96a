// Whether notices cover what has the focus (WCAG 2.4.11).

/** Pixels that count as apart: a focus ring is drawn around the element. */
const RING = 4;

export function covers(cards: readonly Element[], focused: Element): boolean {
  const own = focused.getBoundingClientRect();
  // What fills the window cannot be kept free; the editor's caret can.
  if (own.width > innerWidth / 2 && own.height > innerHeight / 2) return false;
  return cards.some((card) => {
    const { left, right, top, bottom } = card.getBoundingClientRect();
    return (
      left < own.right + RING && right > own.left - RING && top < own.bottom + RING && bottom > own.top - RING
    );
  });
}
