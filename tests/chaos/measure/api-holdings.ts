import { existsSync, readdirSync } from 'node:fs';
import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { Redis } from 'ioredis';
import type { InspectedProcess } from './inspect-process.js';

/** What an API process holds for its callers, and only for them. */
export interface Holdings {
  /** Streams and waits that watch a job. */
  readonly observers: number;
  /** Connections of callers, those over WebSocket included. */
  readonly connections: number;
  /** Open files less connections to the database, whose number follows the load; 0 where there is no `/proc`. */
  readonly descriptors: number;
  readonly timers: number;
  /** Subscriptions to job events, of all processes, in the bus's own count; 0 for one that is not Redis. */
  readonly busSubscriptions: number;
  /** Connections to the bus and the broker, of all processes, in the server's own count. */
  readonly busConnections: number;
}

export interface HoldingsSources {
  readonly process: InspectedProcess;
  readonly pid: number;
  readonly apiUrl: string;
  readonly databasePort: number;
  readonly brokerUrl: string;
}

export async function readHoldings(sources: HoldingsSources): Promise<Holdings> {
  const { process, pid, apiUrl, databasePort, brokerUrl } = sources;
  const observers = await readObservers(apiUrl);
  const sockets = await process.evaluate<{ callers: number; database: number; timers: number }>(
    socketCounts(Number(new URL(apiUrl).port), databasePort),
  );
  const bus = await readBus(brokerUrl);
  return {
    observers,
    connections: sockets.callers,
    descriptors: countDescriptors(pid) - sockets.database,
    timers: sockets.timers,
    ...bus,
  };
}

/** Over a connection of its own, which is closed afterwards: it must not be counted itself. */
export async function readObservers(apiUrl: string): Promise<number> {
  const [response] = (await once(get(`${apiUrl}/metrics`, { agent: false }), 'response')) as [
    IncomingMessage,
  ];
  const metrics = await text(response);
  return Number(/^posts_report_observers (\d+)$/m.exec(metrics)?.[1]);
}

function socketCounts(apiPort: number, databasePort: number): string {
  return `(() => {
    const sockets = process._getActiveHandles().filter((handle) => handle.remotePort !== undefined);
    return {
      callers: sockets.filter(({ localPort }) => localPort === ${apiPort}).length,
      database: sockets.filter(({ remotePort }) => remotePort === ${databasePort}).length,
      timers: process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length,
    };
  })()`;
}

function countDescriptors(pid: number): number {
  const directory = `/proc/${pid}/fd`;
  return existsSync(directory) ? readdirSync(directory).length : 0;
}

async function readBus(url: string) {
  if (!url.startsWith('redis')) return { busSubscriptions: 0, busConnections: 0 };
  const redis = new Redis(url);
  try {
    const channels = (await redis.pubsub('CHANNELS')) as string[];
    const counts = (await redis.pubsub('NUMSUB', ...channels)) as (string | number)[];
    const clients = String(await redis.client('LIST'))
      .trim()
      .split('\n');
    return {
      busSubscriptions: counts.reduce<number>(
        (sum, count, index) => sum + (index % 2 === 1 ? Number(count) : 0),
        0,
      ),
      busConnections: clients.length - 1, // less this one
    };
  } finally {
    redis.disconnect();
  }
}
