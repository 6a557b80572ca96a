// Two panels in one place, chosen by tabs.
import { set } from '../page/dom';

/** Wires the tablist with this id; its tabs name their panels by aria-controls. */
export function startTabs(id: string): void {
  const list = document.getElementById(id);
  const tabs = [...(list?.querySelectorAll<HTMLElement>('[role=tab]') ?? [])];
  const show = (tab: HTMLElement) => {
    for (const each of tabs) {
      set(each, { 'aria-selected': String(each === tab), tabindex: each === tab ? 0 : -1 });
      document
        .getElementById(each.getAttribute('aria-controls') ?? '')
        ?.toggleAttribute('hidden', each !== tab);
    }
  };
  tabs.forEach((tab, at) => {
    tab.addEventListener('click', () => show(tab));
    tab.addEventListener('keydown', ({ key }) => {
      const step = key === 'ArrowRight' ? 1 : key === 'ArrowLeft' ? -1 : 0;
      const next = tabs[(at + step + tabs.length) % tabs.length];
      if (step === 0 || !next) return;
      show(next);
      next.focus();
    });
  });
}
