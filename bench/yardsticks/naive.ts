import knexModule, { type Knex } from 'knex';
import { countWords, streamWords, type UserWords } from '../../examples/assignment/count-words.js';
import { databaseUrl, digest, type StartContestant } from '../contestant-module.js';

/** All rows at once, as in the assignment. */
export const countNaively: StartContestant = () => counting(countWords);

/** The same with Knex's stream: memory does not grow. */
export const countStreaming: StartContestant = () => counting(streamWords);

async function counting(count: (db: Knex) => Promise<UserWords[]>) {
  const db = knexModule.knex({ client: 'mysql2', connection: databaseUrl() });
  return async () => digest((await count(db)).map(({ userId, totalWords }) => [userId, totalWords] as const));
}
