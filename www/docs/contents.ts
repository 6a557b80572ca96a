// Which files are pages of the documentation, where they are, and how they are grouped.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';

export interface Entry {
  /** In the repository. */
  file: string;
  /** On the site; a folder, so that a kind of fault behind "/docs/faults/" is an address. */
  url: string;
}

export interface Group {
  name: string;
  entries: Entry[];
}

const GROUPS: [name: string, files: string[]][] = [
  [
    'Use',
    [
      'README.md',
      'docs/features.md',
      'docs/cache.md',
      'docs/outbox.md',
      'docs/catalog.md',
      'docs/theming.md',
      'docs/adapters.md',
    ],
  ],
  ['Operate', ['docs/faults/index.md', 'docs/drills.md', 'docs/retry-storms.md']],
  [
    'How it is made',
    [
      'docs/architecture.md',
      'docs/decisions.md',
      'docs/simulation.md',
      'docs/fault-server.md',
      'www/README.md',
    ],
  ],
];

/** Below these, pages are listed under their index, or after all others. */
const FOLDERS: Record<string, string> = { 'docs/runbooks/': 'Runbooks', 'docs/faults/': 'Faults' };

/** All pages. What no group names comes with the second. */
export function contents(root: string): Group[] {
  const files = readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.md'))
    .map((file) => `docs/${file.replaceAll('\\', '/')}`)
    .sort();
  const named = new Set(GROUPS.flatMap(([, files]) => files));
  const rest = files.filter((file) => !named.has(file));
  const folderOf = (file: string) => Object.keys(FOLDERS).find((folder) => file.startsWith(folder));
  const groups = GROUPS.map(([name, files]) => ({ name, entries: files.map(entry) }));
  groups[1]?.entries.push(...rest.filter((file) => !folderOf(file)).map(entry));
  for (const [folder, name] of Object.entries(FOLDERS)) {
    groups.splice(-1, 0, { name, entries: rest.filter((file) => folderOf(file) === folder).map(entry) });
  }
  return groups;
}

function entry(file: string): Entry {
  if (file === 'README.md') return { file, url: '/docs/' };
  if (file === 'www/README.md') return { file, url: '/docs/demo/' };
  return { file, url: `/${file.replace(/(\/index)?\.md$/, '')}/` };
}
