import knexModule, { type Knex } from 'knex';
import { countWords, streamWords, type UserWords } from '../../../examples/assignment/count-words.js';
import { createSynchronousApi } from '../../../examples/assignment/synchronous.js';
import { databaseUrl } from '../../contestant-module.js';
import type { MakeServer } from '../../make-server.js';

/**
 * The synchronous API of `examples/assignment`, which counts in the event loop that also answers all other requests.
 */
export const reportInTheLoop: MakeServer = () => synchronous(countWords);

/** The synchronous API of `examples/assignment`, which counts the rows of a stream. */
export const streamInTheLoop: MakeServer = () => synchronous(streamWords);

async function synchronous(count: (db: Knex) => Promise<UserWords[]>) {
  const db = knexModule.knex({ client: 'mysql2', connection: databaseUrl() });
  return createSynchronousApi(() => count(db));
}
