// The incidents that come with the demo, in the order in which they are offered.
import offline from '../../incidents/offline.json';
import overloaded from '../../incidents/overloaded.json';
import rateLimit from '../../incidents/rate-limit.json';
import reset from '../../incidents/reset.json';
import roughEvening from '../../incidents/rough-evening.json';
import signedOut from '../../incidents/signed-out.json';
import slow from '../../incidents/slow.json';
import { readIncident } from './incident';

export const INCIDENTS = [overloaded, rateLimit, offline, slow, reset, signedOut, roughEvening].map(
  readIncident,
);
