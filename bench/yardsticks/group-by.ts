import knexModule from 'knex';
import { databaseUrl, type StartContestant } from '../contestant-module.js';

/**
 * Aggregates in the database server, for comparison only. The service never counts in SQL, and this query counts
 * spaces, so its word counts differ.
 */
export const countInServer: StartContestant = async () => {
  const db = knexModule.knex({ client: 'mysql2', connection: databaseUrl() });
  return async () => {
    const words = "SUM(LENGTH(TRIM(context)) - LENGTH(REPLACE(TRIM(context), ' ', '')) + 1)";
    const [rows] = (await db.raw(`SELECT user_id, ${words} AS words FROM posts GROUP BY user_id`)) as [
      unknown[],
    ];
    return `${rows.length} users`;
  };
};
