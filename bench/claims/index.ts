import type { SpeedClaim } from '../claim.js';
import { accept } from './accept.js';
import { bothWays } from './both-ways.js';
import { cClient, cClientTls, postsPerDay } from './c-client.js';
import { estimate } from './estimate.js';
import { fanOut } from './fan-out.js';
import { groupByClaim } from './group-by.js';
import { growth } from './growth.js';
import { memory } from './memory.js';
import { naive } from './naive.js';
import { overhead } from './overhead.js';
import { responsive } from './responsive.js';
import { roundTrip } from './round-trip.js';
import { seeding } from './seeding.js';
import { smallestRequest } from './smallest-request.js';
import { words } from './words.js';

/** Every claim. A new claim is a file in this folder and a line here. */
export const CLAIMS: readonly SpeedClaim[] = [
  cClient,
  cClientTls,
  postsPerDay,
  naive,
  groupByClaim,
  memory,
  words,
  overhead,
  responsive,
  roundTrip,
  accept,
  smallestRequest,
  fanOut,
  seeding,
  estimate,
  growth,
  bothWays,
];
