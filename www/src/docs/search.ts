// Finds pages; the index is fetched when somebody is about to search.
import MiniSearch, { type SearchResult } from 'minisearch';
import { FOUND, INDEX } from '../../docs/search-options';
import { arrange, h, part, write } from '../page/dom';

const ADDRESS = '/docs/search.json';
const MOST = 12;

export function startSearch(): void {
  const query = part<HTMLInputElement>('query');
  const found = part('found');
  let index: Promise<MiniSearch> | undefined;
  part('finder').hidden = false;

  const load = () =>
    (index ??= fetch(ADDRESS)
      .then(async (answer) => MiniSearch.loadJSON(await answer.text(), INDEX))
      .catch((error: unknown) => {
        // The next key asks again.
        index = undefined;
        throw error;
      }));

  async function search(): Promise<void> {
    const words = query.value.trim();
    found.hidden = words === '';
    if (words === '') return;
    try {
      const results = (await load()).search(words);
      if (words !== query.value.trim()) return;
      const count = results.length;
      write(
        part('found-count'),
        count === 0 ? 'Nothing found' : count === 1 ? '1 result' : `${count} results`,
      );
      arrange(part('found-list'), results.slice(0, MOST).map(item));
    } catch {
      write(part('found-count'), 'The search can’t be loaded. Try again later.');
    }
  }

  query.addEventListener('focus', () => void load().catch(() => {}));
  query.addEventListener('input', () => void search());
  part('finder').addEventListener('keydown', (event) => {
    const links = [...found.querySelectorAll('a')];
    const at = links.indexOf(document.activeElement as HTMLAnchorElement);
    if (event.key === 'Escape') {
      found.hidden = true;
      query.focus();
    } else if (event.key === 'ArrowDown') links[Math.min(at + 1, links.length - 1)]?.focus();
    else if (event.key === 'ArrowUp') (at > 0 ? links[at - 1] : query)?.focus();
    else if (event.key === 'Enter' && at < 0) links[0]?.click();
    else return;
    event.preventDefault();
  });
  // Whoever goes elsewhere has seen it; whoever comes back has it again.
  document.addEventListener('focusin', ({ target }) => {
    if (!part('finder').contains(target as Node)) found.hidden = true;
    else if (target === query && query.value.trim()) void search();
  });
  document.addEventListener('pointerdown', ({ target }) => {
    if (!part('finder').contains(target as Node)) found.hidden = true;
  });
  document.addEventListener('keydown', (event) => {
    const writes = (event.target as Element).matches('input, select, textarea');
    if (event.key !== '/' || writes || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    query.focus();
  });
}

function item(result: SearchResult): HTMLElement {
  const { title, heading } = result as unknown as { title: string; heading: string };
  const where = heading === title ? title : `${title}: ${heading}`;
  return h(
    'li',
    {},
    h('a', { href: String(result.id) }, h('strong', {}, where), h('span', {}, String(result[FOUND]))),
  );
}
