import knexModule, { type Knex } from 'knex';
import { countWords, streamWords, type UserWords } from '../../examples/assignment/count-words.js';
import { databaseUrl, digest, type StartContestant } from '../contestant-module.js';

/** Reads all rows at once and counts them, as `examples/assignment` does. */
export const countNaively: StartContestant = () => counting(countWords);

/** Counts the rows of a Knex stream, so that memory does not grow with the posts. */
export const countStreaming: StartContestant = () => counting(streamWords);

async function counting(count: (db: Knex) => Promise<UserWords[]>) {
  const db = knexModule.knex({ client: 'mysql2', connection: databaseUrl() });
  return async () => digest((await count(db)).map(({ userId, totalWords }) => [userId, totalWords] as const));
}
