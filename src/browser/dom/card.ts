// One notice on the screen. Its nodes live as long as it does: updates change text, never place or focus.
import { arrange, icon, make, set, write } from './build.js';
import { safeHref } from './links.js';
import { swipes } from './swipe.js';
import type { RendererHost, View, ViewAction } from './types.js';

export interface Card {
  readonly node: HTMLElement;
  readonly close: HTMLElement;
  /** What it shows. */
  view: View;
  /** Seconds that its countdown had left when it was looked at last. */
  left?: number;
  update(view: View): void;
  /** Fresh text for the countdown, which it gives back. */
  tick(): string | undefined;
}

export function createCard(host: RendererHost, first: View): Card {
  const { id } = first;
  // Ids are the shadow root's own.
  const [signId, titleId] = ['sign-' + id, 'title-' + id];
  const [codeId, reportId] = ['code-' + id, 'report-' + id];
  const sign = icon({ id: signId, class: 'icon', part: 'icon', role: 'img' });
  const cross = icon({ 'aria-hidden': 'true' });
  const node = make('div', 'card', { role: 'group', 'aria-labelledby': `${signId} ${titleId}` });
  const main = make('div', 'main');
  const title = make('p', 'title', { id: titleId });
  const body = make('p', 'body');
  const safe = make('p', 'safe');
  const meta = make('p', 'meta');
  const timer = make('span', 'timer', { role: 'timer' });
  const count = make('span', 'count');
  const code = make('p', 'code', { id: codeId });
  const help = make('a', 'help');
  const report = press('action report', () => host.act(id, 'report'), { id: reportId });
  const actions = make('div', 'actions');
  const details = press('details', () => (open = !open));
  const close = press('close', () => host.dismiss(id));
  let steps = new Map<string, HTMLElement>();
  let open = false;

  cross.draw('close');
  close.append(cross.svg);
  meta.append(timer, count);
  main.append(title, body, safe, meta, code, report);
  node.append(sign.svg, main, actions, close);
  node.onkeydown = (event) => {
    if (event.key !== 'Escape' || event.isComposing) return;
    // A dialog under it stays open.
    event.preventDefault();
    event.stopPropagation();
    host.dismiss(id);
  };

  function press(part: string, act: () => void, attributes?: Record<string, string>): HTMLElement {
    const button = make('button', part, { type: 'button', ...attributes });
    button.onclick = () => {
      act();
      reveal();
    };
    return button;
  }

  function reveal(): void {
    for (const node of [code, report]) node.hidden = !open || !node.textContent;
    set(details, { 'aria-expanded': String(open) });
  }

  /** The code, and where it is explained. */
  function explain({ codeText, help: address }: View): void {
    const href = address && safeHref(address);
    const node = href ? help : code;
    write(node, codeText);
    if (!href) return;
    set(help, { href });
    code.hidden = !codeText;
    if (help.parentNode !== code) code.replaceChildren(help);
  }

  function step({ id: action, href }: ViewAction): HTMLElement | undefined {
    const act = () => host.act(id, action);
    if (href === undefined) return press('action', act);
    const safe = safeHref(href);
    if (!safe) return undefined;
    const link = make('a', 'action', { href: safe });
    link.onclick = act;
    return link;
  }

  function offer({ actions: offered, codeText, detailsLabel, reportLabel }: View): void {
    const old = steps;
    steps = new Map();
    for (const action of offered) {
      // The same step with another address is another node.
      const key = action.id + ' ' + action.href;
      const made = old.get(key) ?? step(action);
      if (!made) continue;
      steps.set(key, made);
      write(made, action.label);
    }
    write(details, detailsLabel);
    set(details, { 'aria-controls': reportLabel ? `${codeId} ${reportId}` : codeId });
    arrange(actions, codeText || reportLabel ? [...steps.values(), details] : [...steps.values()]);
    actions.hidden = !actions.firstChild;
  }

  swipes(node, () => host.dismiss(id));

  const card: Card = {
    node,
    close,
    view: first,
    update(view) {
      card.view = view;
      const name = `card ${view.severity} ${view.state}`;
      set(node, { class: name, part: name, lang: view.lang, dir: view.dir });
      sign.draw(view.severity);
      set(sign.svg, { 'aria-label': view.severityWord });
      set(close, { 'aria-label': view.dismissLabel });
      write(title, view.title);
      write(body, view.body);
      write(safe, view.safe);
      write(timer, view.countdown);
      write(count, view.countText);
      explain(view);
      write(report, view.reportLabel);
      meta.hidden = timer.hidden && count.hidden;
      reveal();
      offer(view);
    },
    tick() {
      const text = host.countdown(id);
      if (text !== undefined) write(timer, text);
      return text;
    },
  };
  return card;
}
