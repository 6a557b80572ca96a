// Calls of a page under test.
import type { Outcome } from '../app/src/lab';
import type { PlainOptions } from './plain';
import type { Site } from './test';

/** Calls by a client with these options, all at once, and what came of each. */
export function atOnce(site: Site, urls: string[], with_: PlainOptions): Promise<Outcome[]> {
  return site.page.evaluate(
    async ([urls, options]) => {
      const client = await lab.client(options);
      return Promise.all(urls.map((url) => lab.outcome(() => client.fetch(url))));
    },
    [urls, with_] as const,
  );
}
