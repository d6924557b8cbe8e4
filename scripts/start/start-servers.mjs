/** Starts a private database and a private broker of this checkout, unless the environment names the server. */
import { startMariaDb } from '../servers/mariadb.mjs';
import { findPrograms } from '../servers/programs.mjs';
import { startRabbitMq } from '../servers/rabbitmq.mjs';
import { startRedis } from '../servers/redis.mjs';
import { localFolder } from '../service-urls.mjs';

/** @typedef {import('../servers/private-server.mjs').PrivateServer} PrivateServer */
/** @typedef {import('../servers/server-kinds.mjs').ServerKind} ServerKind */

const START = { mariadb: startMariaDb, redis: startRedis, rabbitmq: startRabbitMq };

/**
 * @param {object} options
 * @param {NodeJS.ProcessEnv} options.env
 * @param {import('../progress.mjs').Progress} options.progress
 * @param {AbortSignal} options.signal
 * @param {(server: Promise<PrivateServer>) => void} options.own Called with each server before it has started, so that
 *   the caller can stop the server even if this function fails.
 * @returns {Promise<import('../service-urls.mjs').ServerUrls>}
 */
export async function startServers({ env, progress, signal, own }) {
  const given = { databaseUrl: env['DATABASE_URL'], brokerUrl: env['BROKER_URL'] || env['REDIS_URL'] };
  /** @type {ServerKind | undefined} */
  const databaseKind = given.databaseUrl ? undefined : 'mariadb';
  const brokerKind = given.brokerUrl ? undefined : wantedBroker(env);
  const kinds = [databaseKind, brokerKind].filter((kind) => kind !== undefined);
  const programs =
    kinds.length === 0
      ? {}
      : await progress.step('Looking for the programs of the database and the broker', (log) =>
          findPrograms(kinds, { log, signal }),
        );
  const start = async (/** @type {ServerKind | undefined} */ kind) => {
    const program = kind && programs[kind];
    if (!program) return undefined;
    const server = START[kind]({ dir: localFolder, program, ...queueName(env) });
    own(server);
    return await progress.step(`Starting ${program.title}`, () => server);
  };
  const [database, broker] = await Promise.all([start(databaseKind), start(brokerKind)]);
  return {
    databaseUrl: given.databaseUrl || database?.appUrl || '',
    brokerUrl: given.brokerUrl || broker?.appUrl || '',
    owner: {
      databaseUrl: given.databaseUrl || database?.url || '',
      brokerUrl: given.brokerUrl || broker?.url || '',
    },
  };
}

/**
 * @param {NodeJS.ProcessEnv} env
 * @returns {{ queueName?: string }} Empty for an invalid name, which `checkConfiguration` reports.
 */
function queueName({ QUEUE_NAME }) {
  return QUEUE_NAME && /^[\w-]+$/.test(QUEUE_NAME) ? { queueName: QUEUE_NAME } : {};
}

/**
 * @param {NodeJS.ProcessEnv} env
 * @returns {ServerKind | undefined} Undefined for an unknown broker, which `checkConfiguration` reports.
 */
function wantedBroker(env) {
  const broker = env['BROKER'] || 'bee-queue';
  if (broker === 'bee-queue') return 'redis';
  return broker === 'rabbitmq' ? 'rabbitmq' : undefined;
}
