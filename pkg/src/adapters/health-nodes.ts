// Elements of <steadfetch-health>: made and changed in place, so that what is the same is left alone.

export function make(
  tag: string,
  attributes: Record<string, string>,
  ...children: (Node | string)[]
): HTMLElement {
  const node = document.createElement(tag);
  set(node, attributes);
  node.append(...children);
  return node;
}

export function set(node: Element, attributes: Record<string, string>): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (node.getAttribute(name) !== value) node.setAttribute(name, value);
  }
}

export function write(node: Element, text: string): void {
  if (node.textContent !== text) node.textContent = text;
}
