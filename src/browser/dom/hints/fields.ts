// Which field of a form an error of a problem document is about (RFC 9457, `errors[]` with a JSON pointer or a parameter).
import type { Problem } from '../../../../pkg/types/index';

export type ProblemError = NonNullable<Problem['errors']>[number];

/** The form that an element is, belongs to or lies in. */
export function formOf(element: Element): HTMLFormElement | undefined {
  return (element as HTMLInputElement).form ?? element.closest('form') ?? undefined;
}

/** The field that an error names, by its name or id. */
export function fieldOf(form: HTMLFormElement, { pointer, parameter }: ProblemError): Element | undefined {
  const fields = [...form.elements].filter(isShown);
  for (const name of namesOf(pointer, parameter)) {
    const named = fields.filter((field) => field.id === name || (field as HTMLInputElement).name === name);
    if (named.length === 0) continue;
    // Rows of a table often have fields of one name: the pointer says which row.
    const row = Number(segments(pointer).findLast((segment) => /^\d+$/.test(segment)) ?? 0);
    return (named[0] as HTMLInputElement).type === 'radio' ? named[0] : (named[row] ?? named[0]);
  }
  return undefined;
}

/** "/items/0/qty": items[0][qty], items[0].qty, items.0.qty, items_0_qty, qty. */
function namesOf(pointer: string | undefined, parameter: string | undefined): string[] {
  const path = segments(pointer);
  const [first = '', ...rest] = path;
  const brackets = first + rest.map((segment) => `[${segment}]`).join('');
  const mixed = first + rest.map((part) => (/^\d+$/.test(part) ? `[${part}]` : `.${part}`)).join('');
  const last = path.findLast((segment) => !/^\d+$/.test(segment)) ?? '';
  return [parameter ?? '', brackets, mixed, path.join('.'), path.join('_'), last].filter(Boolean);
}

/** A pointer (RFC 6901), also as a fragment of a URL. */
function segments(pointer = ''): string[] {
  try {
    const path = pointer.startsWith('#') ? decodeURIComponent(pointer.slice(1)) : pointer;
    return path
      .split('/')
      .filter(Boolean)
      .map((segment) => segment.replace(/~1/g, '/').replace(/~0/g, '~'));
  } catch {
    return [];
  }
}

function isShown(field: Element): boolean {
  return !/^(hidden|submit|button|image|reset|fieldset|output)$/.test((field as HTMLInputElement).type);
}
