// Makes nodes without markup, so that strict CSP and Trusted Types hold.
import type { Severity } from './types.js';

const SVG = 'http://www.w3.org/2000/svg';

/** Told apart by shape, not by colour alone. */
const ICONS = {
  info: 'M10 2a8 8 0 1 0 0 16 8 8 0 0 0 0-16zM10 9.3v4.2M10 6.4v.1',
  success: 'M10 2a8 8 0 1 0 0 16 8 8 0 0 0 0-16zM6.6 10.3l2.3 2.3 4.5-4.9',
  warning: 'M10 2.6 18.4 17H1.6zM10 8v4M10 14.4v.1',
  error: 'M6.7 2h6.6L18 6.7v6.6L13.3 18H6.7L2 13.3V6.7zM10 6.4v4.2M10 13.5v.1',
  close: 'M5.5 5.5l9 9M14.5 5.5l-9 9',
};

/** Sets what differs. */
export function set(node: Element, attributes: Record<string, string>): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (node.getAttribute(name) !== value) node.setAttribute(name, value);
  }
}

/** An element whose class is its part name too. */
export function make<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  part: string,
  attributes?: Record<string, string>,
): HTMLElementTagNameMap[K] {
  const node = document.createElement(tag);
  set(node, { class: part, part, ...attributes });
  return node;
}

/** Shows this text, or nothing at all. */
export function write(node: HTMLElement, text = ''): void {
  if (node.textContent !== text) node.textContent = text;
  node.hidden = !text;
}

export function icon(attributes: Record<string, string>) {
  const svg = document.createElementNS(SVG, 'svg');
  const path = document.createElementNS(SVG, 'path');
  set(svg, { viewBox: '0 0 20 20', ...attributes });
  svg.append(path);
  return { svg, draw: (name: Severity | 'close') => set(path, { d: ICONS[name] }) };
}

/** Gives a parent exactly these children, and moves only those that are elsewhere. */
export function arrange(parent: Element, nodes: readonly HTMLElement[]): void {
  let at = parent.firstElementChild as HTMLElement | null;
  const next = () => (at = at!.nextElementSibling as HTMLElement | null);
  for (const node of nodes) {
    // Those that are leaving keep their place until they are gone.
    while (at?.inert) next();
    if (node === at) next();
    else parent.insertBefore(node, at);
  }
  while (at) {
    const rest: HTMLElement = at;
    next();
    if (!rest.inert) rest.remove();
  }
}

/** A host of ours in the page: a shadow root of its own, out of reach of the page's styles. */
export function makeHost(name: string, sheet: CSSStyleSheet, content: Element) {
  const host = document.createElement('div');
  set(host, { 'data-steadfetch': name });
  const root = host.attachShadow({ mode: 'open' });
  root.adoptedStyleSheets = [sheet];
  root.append(content);
  return { host, root };
}
