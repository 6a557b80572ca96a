// Writes the documentation into the site: every Markdown file as a page, and an index to search.
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import MiniSearch from 'minisearch';
import type { Plugin, Rolldown } from 'vite';
import { contents } from './contents.ts';
import { type Links, render } from './markdown.ts';
import { page } from './page.ts';
import { FOUND, INDEX } from './search-options.ts';

/** The name of the entry whose script and styles pages have. */
const ENTRY = 'docs';

export function docs(root: string): Plugin {
  return {
    name: 'docs',
    apply: 'build',
    buildStart() {
      for (const { entries } of contents(root))
        for (const { file } of entries) this.addWatchFile(join(root, file));
    },
    generateBundle(_, bundle) {
      const chunk = Object.values(bundle).find((each) => each.type === 'chunk' && each.name === ENTRY);
      if (chunk?.type !== 'chunk') throw new Error('the entry of the documentation was not built');
      const styles = stylesOf(chunk, bundle).map((file) => `/${file}`);
      const assets = { script: `/${chunk.fileName}`, styles };
      const groups = contents(root);
      const images = new Set<string>();
      const links: Links = {
        root,
        repository: repositoryOf(root),
        pages: new Map(groups.flatMap(({ entries }) => entries.map(({ file, url }) => [file, url] as const))),
        image: (path) => {
          images.add(path);
          return `/docs/images/${basename(path)}`;
        },
      };
      const pages = new Map(
        groups.flatMap(({ entries }) =>
          entries.map(
            ({ file, url }) => [url, render(readFileSync(join(root, file), 'utf8'), file, links)] as const,
          ),
        ),
      );
      const nav = groups.map(({ name, entries }) => ({
        name,
        links: entries.map(({ url }) => ({ url, title: pages.get(url)?.title ?? url })),
      }));
      const search = new MiniSearch(INDEX);
      for (const [url, rendered] of pages) {
        this.emitFile({
          type: 'asset',
          fileName: `${url.slice(1)}index.html`,
          source: page(url, rendered, nav, assets),
        });
        for (const { id, heading, text } of rendered.sections) {
          const address = id ? `${url}#${id}` : url;
          search.add({ id: address, title: rendered.title, heading, text, [FOUND]: text.slice(0, 140) });
        }
      }
      this.emitFile({ type: 'asset', fileName: 'docs/search.json', source: JSON.stringify(search) });
      for (const path of images) {
        const source = readFileSync(join(root, path));
        this.emitFile({ type: 'asset', fileName: `docs/images/${basename(path)}`, source });
      }
    },
  };
}

function repositoryOf(root: string): string {
  const manifest = JSON.parse(readFileSync(join(root, 'pkg/package.json'), 'utf8')) as {
    repository: { url: string };
  };
  return manifest.repository.url.replace(/^git\+/, '').replace(/\.git$/, '');
}

/** Its styles, after those of what it shares with other entries. */
function stylesOf(chunk: Rolldown.OutputChunk, bundle: Rolldown.OutputBundle): string[] {
  const shared = chunk.imports.flatMap((name) => {
    const other = bundle[name];
    return other?.type === 'chunk' ? stylesOf(other, bundle) : [];
  });
  return [...new Set([...shared, ...(chunk.viteMetadata?.importedCss ?? [])])];
}
