// Markdown as HTML for a page of the documentation: headings with ids, tables and code that scroll by keyboard, links that lead somewhere.
import { existsSync, statSync } from 'node:fs';
import { dirname, join, posix, relative } from 'node:path';
import { Marked, type Tokens } from 'marked';

/** A part of a page under its own heading, for the search. */
export interface Section {
  id: string;
  heading: string;
  text: string;
}

export interface Rendered {
  title: string;
  html: string;
  /** Its headings of the second level. */
  headings: { id: string; text: string }[];
  sections: Section[];
}

/** What links of a file come to. */
export interface Links {
  /** The repository's folder. */
  root: string;
  /** Where files are that are no page. */
  repository: string;
  /** The address of a page, by its file's path in the repository. */
  pages: ReadonlyMap<string, string>;
  /** The address of an image, which goes into the site. */
  image(path: string): string;
}

/** Renders a file; throws where a link leads nowhere. */
export function render(text: string, file: string, links: Links): Rendered {
  const ids = new Map<string, number>();
  const headings: Rendered['headings'] = [];
  const sections: Section[] = [];
  let title = '';

  const resolve = (href: string): string => {
    if (/^([a-z]+:|#)/.test(href)) return href;
    const [path = '', hash] = href.split('#');
    const target = posix.normalize(posix.join(dirname(file), decodeURI(path))).replace(/\/$/, '');
    const page = links.pages.get(target) ?? links.pages.get(`${target}/README.md`);
    if (page) return page + (hash ? `#${hash}` : '');
    const full = join(links.root, target);
    if (relative(links.root, full).startsWith('..') || !existsSync(full)) {
      throw new Error(`${file}: the link ${href} leads nowhere`);
    }
    return `${links.repository}/${statSync(full).isDirectory() ? 'tree' : 'blob'}/HEAD/${target}`;
  };

  const marked = new Marked({
    renderer: {
      heading({ depth, tokens, text }: Tokens.Heading) {
        const plain = plainOf(text);
        const slug = slugOf(plain);
        const count = ids.get(slug) ?? 0;
        ids.set(slug, count + 1);
        const id = count === 0 ? slug : `${slug}-${count}`;
        if (depth === 1) title ||= plain;
        if (depth === 2) headings.push({ id, text: plain });
        sections.push({ id: depth === 1 ? '' : id, heading: plain, text: '' });
        return `<h${depth} id="${id}">${this.parser.parseInline(tokens)}</h${depth}>\n`;
      },
      link({ href, tokens }: Tokens.Link) {
        const to = resolve(href);
        return `<a href="${escape(to)}">${this.parser.parseInline(tokens)}</a>`;
      },
      image({ href, text }: Tokens.Image) {
        if (!existsSync(join(links.root, dirname(file), href)))
          throw new Error(`${file}: there is no image ${href}`);
        const path = posix.normalize(posix.join(dirname(file), href));
        return `<img src="${escape(links.image(path))}" alt="${escape(text)}" loading="lazy">`;
      },
      code({ text, lang }: Tokens.Code) {
        const name = `Code${lang ? `, ${lang}` : ''}`;
        return `<pre tabindex="0" role="group" aria-label="${escape(name)}"><code>${escape(text)}</code></pre>\n`;
      },
      // Remarks for whoever edits the file.
      html({ text }: Tokens.HTML | Tokens.Tag) {
        if (!/^\s*<!--/.test(text)) throw new Error(`${file}: no HTML is wanted in it: ${text}`);
        return '';
      },
    },
  });
  // Walked in order, so that each text belongs to the heading above it.
  const html = marked
    .parse(text, { async: false })
    .replaceAll(/<table>\n?<thead>\n?<tr>\n?(<th[^>]*><\/th>\n?)+<\/tr>\n?<\/thead>/g, '<table>')
    .replaceAll('<th></th>', '<td></td>')
    .replaceAll('<th>', '<th scope="col">')
    .replaceAll('<table>', '<div class="wide" tabindex="0" role="group" aria-label="Table"><table>')
    .replaceAll('</table>', '</table></div>');
  for (const part of text.split(/^(?=#{1,6} )/m).filter((part) => /^#{1,6} /.test(part))) {
    // A code block may hold lines that look like headings.
    const heading = plainOf(/^#+ (.*)/.exec(part)?.[1] ?? '');
    const section = sections.find((each) => each.heading === heading && each.text === '');
    if (section) section.text = plainOf(part.replace(/^#.*\n/, ''));
  }
  return { title, html, headings, sections };
}

/** As GitHub makes it, so that links into a page work there and here. */
function slugOf(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replace(/\s/g, '-');
}

/** Markdown without its marks. */
function plainOf(text: string): string {
  return text
    .replace(/<!--[\s\S]*?-->/g, '')
    .replace(/!?\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/[`*|>]|^[-:| ]+$/gm, ' ')
    .replace(/\s+/g, ' ')
    .trim();
}

export function escape(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');
}
