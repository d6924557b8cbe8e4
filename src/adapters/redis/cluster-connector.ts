import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { AbstractConnector, Redis, type RedisOptions } from 'ioredis';

export interface ClusterOptions extends Pick<RedisOptions, 'username' | 'password' | 'tls' | 'family'> {
  readonly seeds: readonly Address[];
  /** The connection leads to the node that has this key's slot. */
  readonly key: string;
}

interface Address {
  readonly host: string;
  readonly port: number;
}

const LOOKUP_TIMEOUT_MS = 2000;

/**
 * Connects an ordinary client to the cluster node that has the key's slot. The node is looked up for each connection.
 * One node is enough, because all keys of a queue are in one slot, and events reach every node.
 */
export function clusterConnector(options: ClusterOptions): NonNullable<RedisOptions['Connector']> {
  /** Known nodes; those that answered last come first. */
  let nodes = options.seeds;

  return class ClusterConnector extends AbstractConnector {
    constructor() {
      super(100);
    }

    override async connect(): Promise<Socket> {
      this.connecting = true;
      const address = await findOwner();
      if (!this.connecting) throw new Error('Connection is closed.');
      const target = { ...address, ...(options.family !== undefined && { family: options.family }) };
      const stream = options.tls ? connectTls({ ...target, ...options.tls }) : connectTcp(target);
      stream.once('error', (error) => {
        this.firstError = error;
      });
      this.stream = stream;
      return stream;
    }
  };

  async function findOwner(): Promise<Address> {
    let failure: unknown;
    for (const node of [...nodes, ...options.seeds]) {
      try {
        const owner = await askForOwner(node, options);
        nodes = [node, ...nodes.filter((other) => other !== node)];
        return owner;
      } catch (cause) {
        failure = cause;
      }
    }
    throw new Error('No node of the Redis Cluster says who has the slot of the queue', { cause: failure });
  }
}

async function askForOwner(node: Address, options: ClusterOptions): Promise<Address> {
  const { key, username, password, tls, family } = options;
  const client = new Redis({
    ...node,
    ...(username !== undefined && { username }),
    ...(password !== undefined && { password }),
    ...(tls && { tls }),
    ...(family !== undefined && { family }),
    lazyConnect: true,
    retryStrategy: () => null,
    enableReadyCheck: false,
    connectTimeout: LOOKUP_TIMEOUT_MS,
    commandTimeout: LOOKUP_TIMEOUT_MS,
  });
  client.on('error', () => {}); // the command's promise rejects
  try {
    await client.connect();
    const slot = Number(await client.call('cluster', 'keyslot', key));
    const ranges = (await client.call('cluster', 'slots')) as [number, number, [string | null, number]][];
    const range = ranges.find(([first, last]) => first <= slot && slot <= last);
    if (range === undefined) throw new Error(`No node has slot ${slot}`);
    const [host, port] = range[2];
    // An empty host means the node that answered, because it does not know its own address.
    return { host: host || node.host, port };
  } finally {
    client.disconnect();
  }
}
