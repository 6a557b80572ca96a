// The frame of a page of the documentation. It works without a script; search and theme come with one.
import { type Rendered, escape } from './markdown.ts';

export interface Nav {
  name: string;
  links: { url: string; title: string }[];
}

export interface Assets {
  script: string;
  styles: string[];
}

export function page(
  url: string,
  { title, html, headings }: Rendered,
  nav: Nav[],
  { script, styles }: Assets,
): string {
  const sheets = styles.map((href) => `<link rel="stylesheet" href="${href}" />`).join('\n    ');
  const onPage = headings.map(({ id, text }) => `<li><a href="#${id}">${escape(text)}</a></li>`).join('');
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover" />
    <meta name="color-scheme" content="light dark" />
    <title>${escape(title)} – Steadfetch</title>
    <link rel="icon" href="/icon.svg" type="image/svg+xml" />
    <script src="/theme.js"></script>
    ${sheets}
    <script type="module" src="${script}"></script>
  </head>
  <body class="docs">
    <a class="skip" href="#content">Skip to the page</a>
    <header class="top docs-top">
      <p class="brand">
        <svg class="mark" viewBox="0 0 28 28" aria-hidden="true">
          <rect width="28" height="28" rx="8" />
          <path d="M5.5 14h4l2-4.5 3.2 9 2.3-4.5h5.5" />
        </svg>
        <a href="/docs/">Steadfetch</a>
      </p>
      <search class="finder" id="finder" hidden>
        <label class="unseen" for="query">Search the documentation</label>
        <input type="search" id="query" placeholder="Search (press /)" autocomplete="off" aria-controls="found" />
        <div class="found" id="found" hidden>
          <p class="found-count" id="found-count" role="status"></p>
          <ol id="found-list" aria-label="Pages found"></ol>
        </div>
      </search>
      <a class="to-demo" href="/">Demo</a>
      <fieldset class="theme" id="theme">
        <legend class="unseen">Theme</legend>
      </fieldset>
    </header>
    <div class="docs-body">
      <nav class="docs-nav" aria-label="Documentation">
        <details id="contents" open>
          <summary>All pages</summary>
          ${nav.map((group) => groupOf(group, url)).join('\n          ')}
        </details>
      </nav>
      <main id="content" tabindex="-1">
        <article class="prose">
${html}        </article>
      </main>
      ${headings.length > 1 ? `<nav class="docs-here" aria-label="On this page"><h2>On this page</h2><ul>${onPage}</ul></nav>` : ''}
    </div>
  </body>
</html>
`;
}

function groupOf({ name, links }: Nav, here: string): string {
  const items = links.map(({ url, title }) => {
    const current = url === here ? ' aria-current="page"' : '';
    return `<li><a href="${url}"${current}>${escape(title)}</a></li>`;
  });
  return `<section><h2>${escape(name)}</h2><ul>${items.join('')}</ul></section>`;
}
