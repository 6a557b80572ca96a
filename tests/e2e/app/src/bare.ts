// Nothing but the default entry, as a small app would have it.
import * as steadfetch from 'steadfetch';

Object.assign(globalThis, { steadfetch });
document.documentElement.dataset['ready'] = 'yes';
