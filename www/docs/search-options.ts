// How the documentation is searched: the same where its index is made and where it is used.
import type { Options } from 'minisearch';

/** The field that is shown of what was found. */
export const FOUND = 'begins';

export const INDEX: Options = {
  fields: ['title', 'heading', 'text'],
  storeFields: ['title', 'heading', FOUND],
  searchOptions: {
    boost: { title: 3, heading: 2 },
    prefix: true,
    // One letter in five may be wrong.
    fuzzy: 0.2,
    combineWith: 'AND',
  },
};
