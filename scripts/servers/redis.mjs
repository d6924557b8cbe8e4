/** Runs a private Redis or Valkey server. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadSettings, runServer } from './private-server.mjs';
import { findProgram } from './programs.mjs';

/**
 * @param {import('./private-server.mjs').ServerOptions} options
 * @returns {Promise<import('./private-server.mjs').PrivateServer>}
 */
export async function startRedis({
  dir,
  port: wantedPort,
  log,
  program,
  queueName = 'posts-report',
  settings = [],
  durable = true,
}) {
  const server = program ?? (await findProgram('redis', { log }));
  const home = join(dir, 'redis');
  const { port, password, ownerPassword } = await loadSettings(home, wantedPort);
  const data = join(home, 'data');
  const logFile = join(home, 'redis.log');
  mkdirSync(data, { recursive: true, mode: 0o700 });

  const configFile = join(home, 'redis.conf');
  const config = [
    'bind 127.0.0.1',
    `port ${port}`,
    'protected-mode yes',
    `requirepass ${ownerPassword}`,
    ...(canLimitChannels(server) ? [`user app on >${password} ${rightsOn(queueName)}`] : []),
    'daemonize no',
    `dir ${quoted(data)}`,
    `logfile ${quoted(logFile)}`,
    'appendonly yes',
    `appendfsync ${durable ? 'everysec' : 'no'}`,
    'save ""',
    ...settings,
  ];
  writeFileSync(configFile, config.join('\n'), { mode: 0o600 });

  const url = `redis://:${ownerPassword}@127.0.0.1:${port}/0`;
  return runServer({
    name: server.title,
    dir: home,
    url,
    appUrl: canLimitChannels(server) ? `redis://app:${password}@127.0.0.1:${port}/0` : url,
    port,
    logFile,
    launch: () => ({ command: server.path, args: [configFile], env: server.env, cwd: home }),
    greet: (socket) => socket.write(`AUTH ${ownerPassword}\r\nPING\r\n`),
    // While Redis loads its data, it answers every command with -LOADING.
    isReady: (answer) => answer.includes('+PONG'),
  });
}

/**
 * The Redis commands that the API and the worker may run. docs/brokers.md repeats the list for servers that the user
 * provides; a test compares the two lists.
 */
const COMMANDS =
  '+ping +info +select +multi +exec +discard +eval +evalsha +set +del +hget +hset +hdel +hexists +lpush +rpush +lrem ' +
  '+lrange +brpoplpush +sadd +srem +scard +smembers +sismember +zadd +zrem +zcard +zcount +zrange +publish +subscribe ' +
  '+client|id +client|unblock';

/** @param {string} queueName */
function rightsOn(queueName) {
  return `~bq:${queueName}:* &bq:${queueName}:events &${queueName}:job-events ${COMMANDS}`;
}

/**
 * Whether the server can limit an account to some Pub/Sub channels. Redis before 6.2 cannot; on such a server the API
 * and the worker use the default account, which has all rights.
 * @param {import('./programs.mjs').Program} server
 */
function canLimitChannels({ title }) {
  const [, major = 0, minor = 0] = /^Redis (\d+)\.(\d+)/.exec(title)?.map(Number) ?? [0, 7];
  return major > 6 || (major === 6 && minor >= 2);
}

/**
 * Quotes a path for Redis's configuration file.
 * @param {string} path
 */
function quoted(path) {
  return `"${path.replaceAll(/["\\]/g, '\\$&')}"`;
}
