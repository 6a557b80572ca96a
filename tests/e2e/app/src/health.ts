// An app that shows how servers and people fare.
import { createSteadfetch } from 'steadfetch';
import { defineHealth } from 'steadfetch/health';
import { ready } from './adapter';

const client = createSteadfetch({
  surfaces: false,
  defaults: {
    retry: { attempts: 2, base: 2, cap: 4 },
    breaker: { consecutive: 3, open: 60_000, openCap: 60_000, whileOpen: 'refuse' },
  },
});
defineHealth(client);
ready({ client });
