import { installIfNeeded } from './install.mjs';
import { runInForeground } from './run-in-foreground.mjs';
import { findOwnerUrls } from './service-urls.mjs';

/** Node's arguments that run knex's command line with TypeScript files for migrations, seeds and settings. */
export const KNEX = ['--import', 'tsx', 'node_modules/knex/bin/cli.js'];

/**
 * @param {readonly string[]} args
 * @returns {Promise<number>} The exit code.
 */
export async function runKnex(args) {
  const databaseUrl = findOwnerUrls().databaseUrl;
  await installIfNeeded();
  return runInForeground([...KNEX, ...args], { ...process.env, DATABASE_URL: databaseUrl });
}
