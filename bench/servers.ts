import type { IncomingMessage, ServerResponse } from 'node:http';
import { fanOutOfTheBox } from './yardsticks/servers/fan-out.js';
import { acceptWithBullMq, acceptWithMercurius, acceptWithYoga } from './yardsticks/servers/accept.js';
import { reportInTheLoop, streamInTheLoop } from './yardsticks/servers/report-in-the-loop.js';

/** Answers requests once it resolves. */
export type MakeServer = () => Promise<(request: IncomingMessage, response: ServerResponse) => unknown>;

/** What a server process of the bench can be, by the names that claims use. */
export const SERVERS: Readonly<Record<string, MakeServer>> = {
  'yoga + bee-queue': acceptWithYoga,
  'yoga + bullmq': acceptWithBullMq,
  'mercurius + bee-queue': acceptWithMercurius,
  'yoga + graphql-redis-subscriptions': fanOutOfTheBox,
  naive: reportInTheLoop,
  streaming: streamInTheLoop,
};
