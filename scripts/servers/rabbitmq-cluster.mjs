/** Starts private RabbitMQ nodes that form one cluster, for tests of a cluster. */
import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { findFreePort } from './free-port.mjs';
import { findProgram } from './programs.mjs';
import { createNameServer, startRabbitMq } from './rabbitmq.mjs';

/** @typedef {import('./private-server.mjs').PrivateServer & import('./rabbitmq.mjs').Control} RabbitMqNode */

/**
 * @typedef {object} RabbitMqCluster
 * @property {string} url URL with the addresses of all nodes.
 * @property {ReadonlyMap<string, RabbitMqNode>} nodes RabbitMQ's name of a node (`node-1@localhost`) → the node.
 * @property {(queue: string) => Promise<string>} leaderOf Returns the name of the node that leads a quorum queue, as a
 *   running node reports it.
 * @property {() => Promise<void>} untilWhole Resolves when all nodes have joined the cluster and each node is an online
 *   member of every quorum queue.
 * @property {() => Promise<void>} stop Stops all nodes and the Erlang name server that they share.
 */

const WHOLE_MS = 60_000;

/**
 * @param {object} options
 * @param {string} options.dir An empty folder: each call creates a new cluster.
 * @param {number} [options.size] Default 3.
 * @param {(message: string) => void} [options.log]
 * @returns {Promise<RabbitMqCluster>}
 */
export async function startRabbitMqCluster({ dir, size = 3, log }) {
  const program = await findProgram('rabbitmq', { log });
  const nameServerPort = await findFreePort();
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const names = Array.from({ length: size }, (_, index) => `node-${index + 1}@localhost`);
  const common = {
    nodes: names,
    password: randomBytes(18).toString('base64url'),
    cookie: randomBytes(18).toString('base64url'),
    nameServerPort,
  };
  const nameServer = createNameServer({ program, port: nameServerPort, cwd: dir });
  /** @type {Map<string, RabbitMqNode>} */
  const nodes = new Map();
  const stop = async () => {
    await Promise.all([...nodes.values()].map((node) => node.stop()));
    await nameServer.stop();
  };
  try {
    await nameServer.start();
    const starting = names.map(async (node) => {
      const cluster = { ...common, node };
      nodes.set(node, await startRabbitMq({ dir: join(dir, node), program, cluster }));
    });
    const failed = (await Promise.allSettled(starting)).find(({ status }) => status === 'rejected');
    if (failed?.status === 'rejected') throw failed.reason;
    await untilWhole();
  } catch (error) {
    await stop();
    throw error;
  }
  const ports = names.map((node) => `127.0.0.1:${nodes.get(node)?.port}`);
  return {
    url: `amqp://owner:${common.password}@${ports.join(',')}`,
    nodes,
    async leaderOf(queue) {
      const { leader } = (await quorumQueues(running())).find(({ name }) => name === queue) ?? {};
      if (!leader) throw new Error(`The queue ${queue} has no leader`);
      return leader;
    },
    untilWhole,
    stop,
  };

  function running() {
    const node = [...nodes.values()].find((candidate) => candidate.pid() !== undefined);
    if (!node) throw new Error('No node of the cluster runs');
    return node;
  }

  async function untilWhole() {
    const giveUpAt = Date.now() + WHOLE_MS;
    while (!(await isWhole())) {
      if (Date.now() > giveUpAt) throw new Error('The cluster does not become whole');
    }
  }

  /** Nodes accept clients before all nodes have joined, and before each queue's members have the queue's messages. */
  async function isWhole() {
    const status = JSON.parse(await running().control('cluster_status', '--formatter', 'json'));
    if (status.running_nodes.length < size) return false;
    const queues = await quorumQueues(running());
    return queues.every(({ leader, online }) => leader && online.length === size);
  }
}

/**
 * @param {RabbitMqNode} node
 * @returns {Promise<{ name: string, leader: string, online: string[] }[]>}
 */
async function quorumQueues(node) {
  const printed = await node.control(
    'list_queues',
    '--formatter',
    'json',
    'name',
    'type',
    'leader',
    'online',
  );
  return JSON.parse(printed).filter((/** @type {{ type: string }} */ { type }) => type === 'quorum');
}
