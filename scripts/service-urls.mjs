/** Finds the database and the broker for a command in this checkout. */
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './project.mjs';
import { writeWhole } from './servers/private-server.mjs';
import { isRunning } from './servers/process-identity.mjs';

/**
 * @typedef {object} ServiceUrls
 * @property {string} databaseUrl `mysql://…`
 * @property {string | undefined} brokerUrl `redis://…` or `amqp://…`; undefined when only the database is known.
 */

/**
 * @typedef {object} ServerUrls
 * @property {string} databaseUrl With the account of the running processes.
 * @property {string} brokerUrl Likewise.
 * @property {{ databaseUrl: string, brokerUrl: string }} owner With the accounts that may do everything: for migrations,
 *   seeds and people. The same where a server was given.
 */

/**
 * What a running `npm start` stores for other commands of its checkout.
 * @typedef {ServerUrls & ServiceFacts} RunningService
 */

/**
 * @typedef {object} ServiceFacts
 * @property {import('./servers/process-identity.mjs').ProcessIdentity} process
 * @property {string} apiUrl
 * @property {string | undefined} [sourceUrl] SOURCE_DATABASE_URL, if it was set.
 * @property {string | undefined} [reportsDir] REPORTS_DIR, if it was set.
 * @property {Record<string, number | undefined>} pids Of all the processes that it keeps running.
 */

/** Folder of the private servers' data and the service's logs. */
export const localFolder = join(root, '.local');

/**
 * Each URL from its variable (an empty one counts as not set), otherwise from the service that runs in this checkout.
 * @param {NodeJS.ProcessEnv} [env]
 * @param {string} [local]
 * @returns {ServiceUrls}
 * @throws {Error} When no database is known; its message says what to do.
 */
export function findServiceUrls(env = process.env, local = localFolder) {
  const running = findRunningService(local);
  const databaseUrl = env['DATABASE_URL'] || running?.databaseUrl;
  if (!databaseUrl) throw twoWays('DATABASE_URL', 'mysql://user:password@127.0.0.1:3306/posts_report');
  return { databaseUrl, brokerUrl: env['BROKER_URL'] || env['REDIS_URL'] || running?.brokerUrl };
}

/**
 * The same URLs with the accounts that have all rights: for migrations, seeds and other commands.
 * @param {NodeJS.ProcessEnv} [env]
 * @param {string} [local]
 * @returns {ServiceUrls}
 * @throws {Error} When no database is known; its message says what to do.
 */
export function findOwnerUrls(env = process.env, local = localFolder) {
  const urls = findServiceUrls(env, local);
  const owner = findRunningService(local)?.owner ?? urls;
  return {
    databaseUrl: env['DATABASE_URL'] ? urls.databaseUrl : owner.databaseUrl,
    brokerUrl: env['BROKER_URL'] || env['REDIS_URL'] ? urls.brokerUrl : owner.brokerUrl,
  };
}

/**
 * The environment with the URLs that it lacks.
 * @param {NodeJS.ProcessEnv} [env]
 * @param {string} [local]
 * @returns {NodeJS.ProcessEnv}
 * @throws {Error} When one of the two is not known.
 */
export function environmentWithUrls(env = process.env, local = localFolder) {
  const { databaseUrl, brokerUrl } = findServiceUrls(env, local);
  if (!brokerUrl) throw twoWays('REDIS_URL', 'redis://127.0.0.1:6379');
  return {
    ...env,
    DATABASE_URL: databaseUrl,
    ...brokerVariable(env, brokerUrl),
    ...sourceVariables(env, findRunningService(local)),
  };
}

/**
 * The source and the reports of the running service, for a process that joins it. A process with another database does
 * not join it.
 * @param {NodeJS.ProcessEnv} env
 * @param {RunningService | undefined} running
 */
function sourceVariables(env, running) {
  if (running === undefined || env['DATABASE_URL']) return {};
  const { sourceUrl, reportsDir } = running;
  return {
    ...(sourceUrl && !env['SOURCE_DATABASE_URL'] ? { SOURCE_DATABASE_URL: sourceUrl } : {}),
    ...(reportsDir && !env['REPORTS_DIR'] ? { REPORTS_DIR: reportsDir } : {}),
  };
}

/**
 * For messages.
 * @param {string} url
 */
export function withoutPassword(url) {
  return url.replace(/(\/\/[^:/@]*):.*@/, '$1:…@');
}

/**
 * Leaves alone what is set.
 * @param {NodeJS.ProcessEnv} env
 * @param {string} brokerUrl
 */
export function brokerVariable(env, brokerUrl) {
  if (env['BROKER_URL'] || env['REDIS_URL']) return {};
  return brokerUrl.startsWith('redis') ? { REDIS_URL: brokerUrl } : { BROKER_URL: brokerUrl };
}

/**
 * @param {string} [local]
 * @returns {RunningService | undefined}
 */
export function findRunningService(local = localFolder) {
  try {
    /** @type {RunningService} */
    const service = JSON.parse(readFileSync(join(local, 'service.json'), 'utf8'));
    return isRunning(service.process) ? service : undefined;
  } catch {
    return undefined;
  }
}

/** @param {RunningService} service */
export function announceService(service) {
  writeWhole(join(localFolder, 'service.json'), JSON.stringify(service, undefined, 2));
}

export function withdrawService() {
  rmSync(join(localFolder, 'service.json'), { force: true });
}

/**
 * @param {string} variable
 * @param {string} example
 */
function twoWays(variable, example) {
  const error = new Error(
    `${variable} is not set, and no service runs in this folder that it could be taken from. Two ways: ` +
      `run \`npm start\` here in another terminal, or set it, for instance ${variable}=${example}`,
  );
  // Knex prints the stack of an error in its configuration; this error is for the person who typed the command.
  error.stack = String(error);
  return error;
}
