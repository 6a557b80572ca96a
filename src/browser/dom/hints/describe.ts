// What a hint does to the attributes of the element that it describes, and how it is undone to the letter.

interface Kept {
  /** What the page had; null: no such attribute. */
  before: string | null;
  /** What stands there because of us. */
  ours: string | null;
  ids: string[];
}

/** Appends an id to the element's descriptions; undone by what it returns. */
export function describe(element: Element, id: string): () => void {
  const kept = known(described, element, 'aria-describedby');
  kept.ids.push(id);
  write(element, kept);
  return () => {
    kept.ids = kept.ids.filter((own) => own !== id);
    if (kept.ids.length > 0) return write(element, kept);
    described.delete(element);
    restore(element, 'aria-describedby', kept, () => {
      // Somebody else has changed it: only what is ours goes.
      const rest = (element.getAttribute('aria-describedby') ?? '')
        .split(/\s+/)
        .filter((own) => own && own !== id);
      if (rest.length > 0) element.setAttribute('aria-describedby', rest.join(' '));
      else element.removeAttribute('aria-describedby');
    });
  };
}

/** Marks a field as wrong; undone by what it returns. */
export function invalidate(element: Element): () => void {
  const kept = known(invalid, element, 'aria-invalid');
  kept.ids.push('');
  kept.ours = 'true';
  element.setAttribute('aria-invalid', 'true');
  return () => {
    kept.ids.pop();
    if (kept.ids.length > 0) return;
    invalid.delete(element);
    restore(element, 'aria-invalid', kept, () => {});
  };
}

const described = new WeakMap<Element, Kept>();
const invalid = new WeakMap<Element, Kept>();

function known(all: WeakMap<Element, Kept>, element: Element, name: string): Kept {
  const kept = all.get(element) ?? { before: element.getAttribute(name), ours: null, ids: [] };
  all.set(element, kept);
  return kept;
}

function write(element: Element, kept: Kept): void {
  kept.ours = [kept.before, ...kept.ids].filter(Boolean).join(' ');
  element.setAttribute('aria-describedby', kept.ours);
}

function restore(element: Element, name: string, kept: Kept, otherwise: () => void): void {
  if (element.getAttribute(name) !== kept.ours) otherwise();
  else if (kept.before === null) element.removeAttribute(name);
  else element.setAttribute(name, kept.before);
}
