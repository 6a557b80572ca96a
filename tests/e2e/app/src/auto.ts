// As the README says: one import, no configuration.
import { explain, fetch } from 'steadfetch/auto';

Object.assign(globalThis, { auto: { fetch, explain } });
document.documentElement.dataset['ready'] = 'yes';
