/** A private Redis or Valkey. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadSettings, runServer } from './private-server.mjs';
import { findProgram } from './programs.mjs';

/**
 * @param {import('./private-server.mjs').ServerOptions} options
 * @returns {Promise<import('./private-server.mjs').PrivateServer>}
 */
export async function startRedis({ dir, port: wantedPort, log, program, settings = [], durable = true }) {
  const server = program ?? (await findProgram('redis', { log }));
  const home = join(dir, 'redis');
  const { port, password } = await loadSettings(home, wantedPort);
  const data = join(home, 'data');
  const logFile = join(home, 'redis.log');
  mkdirSync(data, { recursive: true, mode: 0o700 });

  const configFile = join(home, 'redis.conf');
  const config = [
    'bind 127.0.0.1',
    `port ${port}`,
    'protected-mode yes',
    `requirepass ${password}`,
    'daemonize no',
    `dir ${quoted(data)}`,
    `logfile ${quoted(logFile)}`,
    'appendonly yes',
    `appendfsync ${durable ? 'everysec' : 'no'}`,
    'save ""',
    ...settings,
  ];
  writeFileSync(configFile, config.join('\n'), { mode: 0o600 });

  return runServer({
    name: server.title,
    dir: home,
    url: `redis://:${password}@127.0.0.1:${port}/0`,
    port,
    logFile,
    launch: () => ({ command: server.path, args: [configFile], env: server.env, cwd: home }),
    greet: (socket) => socket.write(`AUTH ${password}\r\nPING\r\n`),
    // While it loads its data it answers -LOADING to everything.
    isReady: (answer) => answer.includes('+PONG'),
  });
}

/**
 * As Redis reads it in its configuration.
 * @param {string} path
 */
function quoted(path) {
  return `"${path.replaceAll(/["\\]/g, '\\$&')}"`;
}
