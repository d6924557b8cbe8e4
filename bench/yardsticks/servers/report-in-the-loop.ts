import knexModule, { type Knex } from 'knex';
import { countWords, streamWords, type UserWords } from '../../../examples/assignment/count-words.js';
import { createSynchronousApi } from '../../../examples/assignment/synchronous.js';
import { databaseUrl } from '../../contestant-module.js';
import type { MakeServer } from '../../make-server.js';

/** The assignment's synchronous API, which counts in the loop that answers every request. */
export const reportInTheLoop: MakeServer = () => synchronous(countWords);

/** The same over a stream of rows. */
export const streamInTheLoop: MakeServer = () => synchronous(streamWords);

async function synchronous(count: (db: Knex) => Promise<UserWords[]>) {
  const db = knexModule.knex({ client: 'mysql2', connection: databaseUrl() });
  return createSynchronousApi(() => count(db));
}
