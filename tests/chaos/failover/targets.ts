import { setTimeout as delay } from 'node:timers/promises';
import { createConnection, type RowDataPacket } from 'mysql2/promise';
import { startMariaDb } from '../../../scripts/servers/mariadb.mjs';
import type { PrivateServer } from '../../../scripts/servers/private-server.mjs';
import { startRabbitMqCluster } from '../../../scripts/servers/rabbitmq-cluster.mjs';
import { startRedis } from '../../../scripts/servers/redis.mjs';
import { createDatabaseProxy } from '../../contract/database-proxy.js';
import { startDatabaseServer, type DatabaseServer } from '../../contract/database-server.js';
import { until } from '../../support/waiting.js';
import { startRedisSentinels } from '../../support/redis-sentinels.js';

export const TARGETS = ['mysql', 'redis', 'rabbitmq'] as const;
export type Target = (typeof TARGETS)[number];

/** The database server and the broker of a service. One of the two is replicated and can fail over. */
export interface Servers {
  /** The servers' URLs, in the service's variables. */
  readonly env: Readonly<Record<'DATABASE_URL' | 'BROKER_URL', string>>;
  /** The URL of the database that has all jobs after the failover. */
  finalDatabaseUrl(): string;
  /**
   * Kills the leading server. Promotes MariaDB's replica before it resolves; Redis and RabbitMQ elect a leader by
   * themselves, perhaps later.
   *
   * @returns the moment of the kill, by `performance.now()`
   */
  failOver(): Promise<number>;
  stop(): Promise<void>;
}

/** For each target, a function that starts the servers. The target is the server that can fail over. */
export const START: Readonly<Record<Target, (dir: string) => Promise<Servers>>> = {
  mysql: startReplicatedMariaDb,
  redis: async (dir) => {
    const [database, sentinels] = await Promise.all([startMariaDb({ dir }), startRedisSentinels(dir)]);
    return {
      env: { DATABASE_URL: database.url, BROKER_URL: sentinels.url },
      finalDatabaseUrl: () => database.url,
      failOver: async () => kill(sentinels.servers.get(await sentinels.masterPort())),
      stop: async () => void (await Promise.all([sentinels.stop(), database.stop()])),
    };
  },
  rabbitmq: async (dir) => {
    const [database, cluster] = await Promise.all([startMariaDb({ dir }), startRabbitMqCluster({ dir })]);
    return {
      env: { DATABASE_URL: database.url, BROKER_URL: cluster.url },
      finalDatabaseUrl: () => database.url,
      failOver: async () => kill(cluster.nodes.get(await cluster.leaderOf('posts-report'))),
      stop: async () => void (await Promise.all([cluster.stop(), database.stop()])),
    };
  },
};

async function kill(leader: PrivateServer | undefined): Promise<number> {
  const killedAt = performance.now();
  await leader?.kill('SIGKILL');
  return killedAt;
}

/**
 * The primary answers COMMIT after the replica has the transaction, so that no answered COMMIT is lost with the
 * primary.
 */
const PRIMARY = [
  '--log-bin',
  '--server-id=1',
  '--rpl-semi-sync-master-enabled=ON',
  '--rpl-semi-sync-master-wait-point=AFTER_SYNC',
];
const REPLICA = [
  '--log-bin',
  '--log-slave-updates',
  '--server-id=2',
  '--rpl-semi-sync-slave-enabled=ON',
  '--read-only=1',
];

/** Starts two servers behind one address. The address leads to the replica after the replica's promotion. */
async function startReplicatedMariaDb(dir: string): Promise<Servers> {
  const [primary, replica, broker] = await Promise.all([
    startDatabaseServer(PRIMARY),
    startDatabaseServer(REPLICA),
    startRedis({ dir }),
  ]);
  await primary.change(
    "CREATE USER service@'127.0.0.1' IDENTIFIED BY 'service'",
    "GRANT ALL ON posts_report.* TO service@'127.0.0.1'",
    "GRANT REPLICATION SLAVE, SLAVE MONITOR ON *.* TO service@'127.0.0.1'",
  );
  await replica.change(
    `CHANGE MASTER TO MASTER_HOST = '127.0.0.1', MASTER_PORT = ${new URL(primary.url).port},
     MASTER_USER = 'service', MASTER_PASSWORD = 'service', MASTER_USE_GTID = slave_pos`,
    'START SLAVE',
  );
  // The replica gets the account by replication too, so the login fails at first.
  await until(async () => await untilAllIsApplied(urlOf(replica)).then(isTrue, isFalse), 60_000);
  const proxy = await createDatabaseProxy(urlOf(primary));
  return {
    env: { DATABASE_URL: proxy.url, BROKER_URL: broker.url },
    finalDatabaseUrl: () => urlOf(replica),
    async failOver() {
      const killedAt = performance.now();
      await primary.kill();
      await untilAllIsApplied(urlOf(replica));
      await replica.change('STOP SLAVE', 'RESET SLAVE ALL', 'SET GLOBAL read_only = 0');
      proxy.leadTo(urlOf(replica));
      return killedAt;
    },
    async stop() {
      await proxy.close();
      await Promise.all([primary.close(), replica.close(), broker.stop()]);
    },
  };
}

const isTrue = (): boolean => true;
const isFalse = (): boolean => false;

/** Returns the server's URL, for an account that both servers have. */
function urlOf(server: DatabaseServer): string {
  const url = new URL(server.url);
  url.username = 'service';
  url.password = 'service';
  return url.href;
}

async function untilAllIsApplied(url: string): Promise<void> {
  const connection = await createConnection(url);
  try {
    for (let isApplied = false; !isApplied; await delay(20)) {
      const [[status]] = await connection.query<RowDataPacket[]>('SHOW SLAVE STATUS');
      isApplied = String(status?.['Slave_SQL_Running_State']).startsWith('Slave has read all relay log');
    }
  } finally {
    await connection.end();
  }
}
