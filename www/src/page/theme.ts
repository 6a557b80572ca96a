// Light, dark, or as the system has it. `public/theme.js` applies the choice before the first paint.
import { h, part } from './dom';
import { icon } from './icons';

const KEY = 'steadfetch-demo-theme';
const THEMES = [
  { id: 'auto', name: 'As the system', icon: 'auto' },
  { id: 'light', name: 'Light', icon: 'sun' },
  { id: 'dark', name: 'Dark', icon: 'moon' },
] as const;

/** Fills the switch in the header. */
export function startThemeSwitch(): void {
  const root = document.documentElement;
  const chosen = root.dataset['theme'] ?? 'auto';
  for (const theme of THEMES) {
    const input = h('input', { type: 'radio', name: 'theme', value: theme.id, checked: theme.id === chosen });
    input.addEventListener('change', () => {
      if (theme.id === 'auto') delete root.dataset['theme'];
      else root.dataset['theme'] = theme.id;
      remember(theme.id);
    });
    part('theme').append(
      h('label', { title: theme.name }, input, icon(theme.icon), h('span', { class: 'unseen' }, theme.name)),
    );
  }
}

function remember(theme: string): void {
  try {
    if (theme === 'auto') localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, theme);
  } catch {
    // No storage: the choice holds for this visit.
  }
}
