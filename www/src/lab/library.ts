// The incidents that come with the demo, in the order in which they are offered.
import offline from '../../incidents/offline.json';
import overloaded from '../../incidents/overloaded.json';
import rateLimit from '../../incidents/rate-limit.json';
import reset from '../../incidents/reset.json';
import roughEvening from '../../incidents/rough-evening.json';
import savedOffline from '../../incidents/saved-offline.json';
import serverDown from '../../incidents/server-down.json';
import signedOut from '../../incidents/signed-out.json';
import slow from '../../incidents/slow.json';
import slowSearch from '../../incidents/slow-search.json';
import { readIncident } from './incident';

export const INCIDENTS = [
  overloaded,
  serverDown,
  savedOffline,
  slowSearch,
  rateLimit,
  offline,
  slow,
  reset,
  signedOut,
  roughEvening,
].map(readIncident);
