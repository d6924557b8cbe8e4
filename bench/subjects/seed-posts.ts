import knexModule from 'knex';
import { seed } from '../../seeds/posts.js';
import { connectionSettings } from '../../src/adapters/mysql/connection-settings.js';
import { databaseUrl, type StartContestant } from '../contestant-module.js';

/** The project's own seed, with the number of posts in SEED_POSTS. */
export const seedPosts: StartContestant = async () => {
  const db = knexModule.knex({ client: 'mysql2', connection: connectionSettings(databaseUrl()) });
  return async () => {
    await seed(db);
    return `${process.env['SEED_POSTS']} posts`;
  };
};
