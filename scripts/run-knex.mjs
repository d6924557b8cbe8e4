import { installIfNeeded } from './install.mjs';
import { runInForeground } from './run-in-foreground.mjs';
import { findOwnerUrls } from './service-urls.mjs';

/** Arguments that run knex's command line with migrations, seeds and a knexfile in TypeScript. */
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
