import type { MakeServer } from './make-server.js';

const reports = () => import('./yardsticks/servers/report-in-the-loop.js');
const accept = () => import('./yardsticks/servers/accept.js');
const roundTrip = () => import('./yardsticks/servers/round-trip.js');

/** The stock servers, by the names that claims use. A process loads only its own server. */
export const SERVERS: Readonly<Record<string, () => Promise<MakeServer>>> = {
  naive: async () => (await reports()).reportInTheLoop,
  streaming: async () => (await reports()).streamInTheLoop,
  'yoga + bee-queue': async () => (await accept()).acceptWithYoga,
  'yoga + bullmq': async () => (await accept()).acceptWithBullMq,
  'mercurius + bee-queue': async () => (await accept()).acceptWithMercurius,
  'yoga with events': async () => (await roundTrip()).roundTripWithYoga,
  'yoga with events with rows': async () => (await roundTrip()).roundTripWithRows,
  'yoga + graphql-redis-subscriptions': async () =>
    (await import('./yardsticks/servers/fan-out.js')).fanOutOfTheBox,
};
