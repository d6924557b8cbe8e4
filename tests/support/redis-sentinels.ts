/** A Redis master, a replica and three sentinels. All of them run the same program. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { findFreePort } from '../../scripts/servers/free-port.mjs';
import { runServer, type PrivateServer } from '../../scripts/servers/private-server.mjs';
import { findProgram } from '../../scripts/servers/programs.mjs';
import { until } from './waiting.js';

export interface RedisSentinels {
  /** The URL that lists the sentinels. */
  readonly url: string;
  /** Servers by port. */
  readonly servers: ReadonlyMap<number, PrivateServer>;
  /** Asks a sentinel for the port of the current master. */
  masterPort(): Promise<number>;
  stop(): Promise<void>;
}

const PASSWORD = 'of-all-of-them';
const MASTER = 'mymaster';

export async function startRedisSentinels(dir: string): Promise<RedisSentinels> {
  const program = await findProgram('redis');
  const [first, second] = [await findFreePort(), await findFreePort()];
  const start = async (name: string, port: number, settings: string[]): Promise<PrivateServer> => {
    const home = join(dir, name);
    mkdirSync(home, { recursive: true });
    const file = join(home, 'redis.conf');
    const logFile = join(home, 'redis.log');
    const lines = ['bind 127.0.0.1', `port ${port}`, `dir "${home}"`, `logfile "${logFile}"`, ...settings];
    writeFileSync(file, lines.join('\n'));
    return await runServer({
      name: `${program.title} ${name}`,
      dir: home,
      url: `redis://:${PASSWORD}@127.0.0.1:${port}`,
      port,
      logFile,
      launch: () => ({
        command: program.path,
        args: name.startsWith('sentinel') ? [file, '--sentinel'] : [file],
        env: program.env,
        cwd: home,
      }),
      greet: (socket) => socket.write(`AUTH ${PASSWORD}\r\nPING\r\n`),
      isReady: (answer) => answer.includes('PONG'),
    });
  };
  const common = [`requirepass ${PASSWORD}`, `masterauth ${PASSWORD}`, 'appendonly yes', 'save ""'];
  const servers = new Map([
    [first, await start('a', first, common)],
    [second, await start('b', second, [...common, `replicaof 127.0.0.1 ${first}`])],
  ]);
  const sentinels = await Promise.all(
    [1, 2, 3].map(async (number) =>
      start(`sentinel-${number}`, await findFreePort(), [
        `sentinel monitor ${MASTER} 127.0.0.1 ${first} 2`,
        `sentinel auth-pass ${MASTER} ${PASSWORD}`,
        `sentinel down-after-milliseconds ${MASTER} 1000`,
        `sentinel failover-timeout ${MASTER} 5000`,
      ]),
    ),
  );
  const ask = async (port: number, ...command: [string, ...string[]]): Promise<unknown> => {
    const client = new Redis({ port, lazyConnect: true, retryStrategy: () => null });
    client.on('error', () => {});
    try {
      await client.connect();
      return await client.call(...command);
    } finally {
      client.disconnect();
    }
  };
  // Sentinels agree on no failover before each of them knows the replica and both other sentinels.
  for (const { port } of sentinels) {
    await until(async () => {
      const known = (await ask(port, 'sentinel', 'master', MASTER)) as string[];
      const value = (name: string): string | undefined => known[known.indexOf(name) + 1];
      return value('num-slaves') === '1' && value('num-other-sentinels') === '2';
    });
  }
  return {
    url: `redis+sentinel://:${PASSWORD}@${sentinels.map(({ port }) => `127.0.0.1:${port}`).join(',')}/${MASTER}`,
    servers,
    async masterPort() {
      const [{ port } = { port: 0 }] = sentinels;
      return Number(((await ask(port, 'sentinel', 'get-master-addr-by-name', MASTER)) as string[])[1]);
    },
    async stop() {
      await Promise.all([...sentinels, ...servers.values()].map((server) => server.stop()));
    },
  };
}
