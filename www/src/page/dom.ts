// Makes nodes without markup, so that the page runs under a strict Content-Security-Policy and Trusted Types.

type Value = string | number | boolean | undefined;
type Attributes = Record<string, Value>;
type Child = Node | string | undefined | false;

const SVG = 'http://www.w3.org/2000/svg';

/** Sets what differs; false and undefined take an attribute away, true sets it empty. */
export function set(node: Element, attributes: Attributes): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === false) node.removeAttribute(name);
    else {
      const text = value === true ? '' : String(value);
      if (node.getAttribute(name) !== text) node.setAttribute(name, text);
    }
  }
}

/** An HTML element. */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const node = document.createElement(tag);
  set(node, attributes);
  node.append(...present(children));
  return node;
}

/** An SVG element. */
export function svg<K extends keyof SVGElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: Child[]
): SVGElementTagNameMap[K] {
  const node = document.createElementNS(SVG, tag);
  set(node, attributes);
  node.append(...present(children));
  return node;
}

/** A button; `kind` is its class. */
export function button(kind: string, act: () => void, ...children: Child[]): HTMLButtonElement {
  const node = h('button', { type: 'button', class: kind }, ...children);
  node.addEventListener('click', act);
  return node;
}

/** Shows this text; touches nothing where it is there already. */
export function write(node: Node, text: string): void {
  if (node.textContent !== text) node.textContent = text;
}

/** Gives a parent exactly these children and moves only those that are elsewhere, so that focus and hover stay. */
export function arrange(parent: Element, nodes: readonly Element[]): void {
  const wanted = new Set(nodes);
  for (const node of [...parent.children]) if (!wanted.has(node)) node.remove();
  let at = parent.firstElementChild;
  for (const node of nodes) {
    if (node === at) at = at.nextElementSibling;
    else parent.insertBefore(node, at);
  }
}

/** The element that the page's own HTML has. */
export function part<T extends Element = HTMLElement>(id: string): T {
  const node = document.getElementById(id);
  if (!node) throw new Error(`the page has no #${id}`);
  return node as unknown as T;
}

function present(children: Child[]): (Node | string)[] {
  return children.filter((child) => child !== undefined && child !== false);
}
