/** The servers that the environment does not name, as private ones of this checkout. */
import { startMariaDb } from '../servers/mariadb.mjs';
import { findPrograms } from '../servers/programs.mjs';
import { startRabbitMq } from '../servers/rabbitmq.mjs';
import { startRedis } from '../servers/redis.mjs';
import { localFolder } from '../service-urls.mjs';

/** @typedef {import('../servers/private-server.mjs').PrivateServer} PrivateServer */
/** @typedef {import('../servers/server-kinds.mjs').ServerKind} ServerKind */

/** What starts a server of each kind. */
const START = { mariadb: startMariaDb, redis: startRedis, rabbitmq: startRabbitMq };

/**
 * @param {object} options
 * @param {NodeJS.ProcessEnv} options.env
 * @param {import('../progress.mjs').Progress} options.progress
 * @param {AbortSignal} options.signal
 * @param {(server: Promise<PrivateServer>) => void} options.own Called with each server before it is there, to end it whatever happens.
 * @returns {Promise<{ databaseUrl: string, brokerUrl: string }>}
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
    const server = START[kind]({ dir: localFolder, program });
    own(server);
    const { url } = await progress.step(`Starting ${program.title}`, () => server);
    return url;
  };
  const [databaseUrl, brokerUrl] = await Promise.all([start(databaseKind), start(brokerKind)]);
  return {
    databaseUrl: given.databaseUrl || databaseUrl || '',
    brokerUrl: given.brokerUrl || brokerUrl || '',
  };
}

/**
 * @param {NodeJS.ProcessEnv} env
 * @returns {ServerKind | undefined} None for a name that is not known: the check of the configuration refuses it.
 */
function wantedBroker(env) {
  const broker = env['BROKER'] || 'bee-queue';
  if (broker === 'bee-queue') return 'redis';
  return broker === 'rabbitmq' ? 'rabbitmq' : undefined;
}
