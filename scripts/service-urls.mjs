/** Finds the URLs of the database and the broker for a command in this checkout. */
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
 * @property {string} databaseUrl URL with the account of the API and the worker.
 * @property {string} brokerUrl URL with the account of the API and the worker.
 * @property {{ databaseUrl: string, brokerUrl: string }} owner URLs with the accounts that have all rights, for
 *   migrations, seeds and users. For a server that the user provides, the URL here is the URL above.
 */

/**
 * Facts that a running `npm start` stores for other commands in its checkout.
 * @typedef {ServerUrls & ServiceFacts} RunningService
 */

/**
 * @typedef {object} ServiceFacts
 * @property {import('./servers/process-identity.mjs').ProcessIdentity} process
 * @property {string} apiUrl
 * @property {string | undefined} [sourceUrl] SOURCE_DATABASE_URL, if it was set.
 * @property {string | undefined} [reportsDir] REPORTS_DIR, if it was set.
 * @property {Record<string, number | undefined>} pids Name of each process that `npm start` keeps running → its pid.
 */

/** Folder with the data of the private servers and the logs of the service. */
export const localFolder = join(root, '.local');

/**
 * Takes each URL from its variable (an empty variable counts as not set), otherwise from the service that runs in this
 * checkout.
 * @param {NodeJS.ProcessEnv} [env]
 * @param {string} [local]
 * @returns {ServiceUrls}
 * @throws {Error} When the database's URL is not known. The message says what to do.
 */
export function findServiceUrls(env = process.env, local = localFolder) {
  const running = findRunningService(local);
  const databaseUrl = env['DATABASE_URL'] || running?.databaseUrl;
  if (!databaseUrl) throw twoWays('DATABASE_URL', 'mysql://user:password@127.0.0.1:3306/posts_report');
  return { databaseUrl, brokerUrl: env['BROKER_URL'] || env['REDIS_URL'] || running?.brokerUrl };
}

/**
 * Like `findServiceUrls`, but with the accounts that have all rights: for migrations, seeds and other commands.
 * @param {NodeJS.ProcessEnv} [env]
 * @param {string} [local]
 * @returns {ServiceUrls}
 * @throws {Error} When the database's URL is not known. The message says what to do.
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
 * Returns the environment, with the URLs of the running service where the environment has none.
 * @param {NodeJS.ProcessEnv} [env]
 * @param {string} [local]
 * @returns {NodeJS.ProcessEnv}
 * @throws {Error} When the URL of the database or of the broker is not known.
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
 * Returns the SOURCE_DATABASE_URL and the REPORTS_DIR of the running service, for a process that uses the service's
 * database. Returns nothing for a process with a DATABASE_URL of its own.
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
 * Hides the password of a URL, for messages.
 * @param {string} url
 */
export function withoutPassword(url) {
  return url.replace(/(\/\/[^:/@]*):.*@/, '$1:…@');
}

/**
 * Returns the environment variable for the broker's URL; no variable if the environment already names a broker.
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
  // Knex prints the stack of an error from its configuration file. The user needs only the message.
  error.stack = String(error);
  return error;
}
