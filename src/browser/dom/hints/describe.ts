// What a hint does to the attributes of the element that it describes, and how it is undone to the letter.

/** What the ids of our descriptions begin with. */
export const PREFIX = 'steadfetch-hint-';

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
    learn(element, kept);
    restore(element, 'aria-describedby', kept);
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
    if (element.getAttribute('aria-invalid') === kept.ours) restore(element, 'aria-invalid', kept);
  };
}

const described = new WeakMap<Element, Kept>();
const invalid = new WeakMap<Element, Kept>();

function known(all: WeakMap<Element, Kept>, element: Element, name: string): Kept {
  const kept = all.get(element) ?? { before: element.getAttribute(name), ours: null, ids: [] };
  all.set(element, kept);
  return kept;
}

/** Where somebody else has changed the descriptions meanwhile, the page has what is not ours in them. */
function learn(element: Element, kept: Kept): void {
  const now = element.getAttribute('aria-describedby');
  if (kept.ours === null || now === kept.ours) return;
  const rest = (now ?? '').split(/\s+/).filter((id) => id && !id.startsWith(PREFIX));
  kept.before = rest.length > 0 ? rest.join(' ') : null;
}

function write(element: Element, kept: Kept): void {
  learn(element, kept);
  kept.ours = [kept.before, ...kept.ids].filter(Boolean).join(' ');
  element.setAttribute('aria-describedby', kept.ours);
}

function restore(element: Element, name: string, kept: Kept): void {
  if (kept.before === null) element.removeAttribute(name);
  else element.setAttribute(name, kept.before);
}
