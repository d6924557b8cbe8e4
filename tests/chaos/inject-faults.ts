import { setTimeout as delay } from 'node:timers/promises';
import { until } from '../support/waiting.js';
import { QUEUE } from './brokers/rabbitmq.js';
import { faultText, type Fault, type ProcessName, type Target, type WorkerName } from './fault-plan.js';
import { freeze } from './freeze.js';
import type { Recorder } from './history.js';
import type { ChaosStage } from './stage.js';

/** Time until a killed server is started again. */
const SERVER_RESTART_MS = 400;
/** Time limit for a fault to reach its target, which another fault may have made unreachable. */
const PATIENCE_MS = 30_000;
/**
 * RabbitMQ 3.10.8 writes the name of a new quorum queue to disk after 0.5 s (`auto_save` in its ra_directory). A
 * SIGKILL before that leaves the queue without a leader for ever.
 */
const NEW_QUEUE_MS = 2500;

/** Time within which a worker begins a report, unless another fault interferes. */
const FIRST_READ_MS = 5000;
/**
 * Time within which another worker takes over the jobs of a stopped worker: the lease has to expire, and if the stopped
 * worker got the message, the other worker finds the job only by its poll of the store.
 */
const TAKE_OVER_MS = 10_000;
/** Time within which a resumed worker saves a report. */
const LATE_WRITE_MS = 1500;

/** Arguments of rabbitmqctl. `clear` sets the limit with which the suite's private RabbitMQ starts. */
const ALARMS = {
  memory: {
    raise: ['set_vm_memory_high_watermark', 'absolute', '1'],
    clear: ['set_vm_memory_high_watermark', 'absolute', '512MB'],
  },
  disk: { raise: ['set_disk_free_limit', '1000000GB'], clear: ['set_disk_free_limit', '50MB'] },
} as const;

/** Injects the faults of a plan, each at its time, and records them. Resolves when the last one is over. */
export async function injectFaults(
  stage: ChaosStage,
  faults: readonly Fault[],
  recorder: Recorder,
): Promise<void> {
  const startedAt = performance.now();
  const turns = new Map<string, Promise<void>>();
  await Promise.all(
    faults.map(async (fault) => {
      await delay(Math.max(0, startedAt + fault.at - performance.now()));
      // Faults of the same resource run one after another.
      const resource = resourceOf(fault);
      const before = turns.get(resource) ?? Promise.resolve();
      const own = before.then(async () => {
        const name = faultText(fault).trim();
        recorder.fault(name, 'begin');
        await inject(stage, fault);
        recorder.fault(name, 'end');
      });
      turns.set(resource, own);
      await own;
    }),
  );
}

function resourceOf(fault: Fault): string {
  switch (fault.kind) {
    case 'kill':
    case 'stop':
    case 'terminate':
      return fault.target;
    case 'stop-past-lease':
    case 'slow-reads':
      return 'reads'; // both faults hold back the rows that workers wait for
    case 'delay':
    case 'drop':
    case 'cut':
      return `${fault.link.from} ${fault.link.to}`;
    case 'lose-commits':
      return `${fault.from} mariadb`;
    case 'posts-away':
    case 'lock-results':
      return 'tables';
    case 'purge-queue':
    case 'delete-queue':
    case 'close-connections':
    case 'stop-app':
    case 'alarm':
      return 'broker'; // rabbitmqctl needs a running server, so kills and stops of the broker wait
    case 'flushall':
    case 'script-flush':
    case 'client-kill':
    case 'kill-connections':
      return fault.kind;
  }
}

async function inject(stage: ChaosStage, fault: Fault): Promise<void> {
  switch (fault.kind) {
    case 'kill':
      return kill(stage, fault.target);
    case 'stop':
      return stop(stage, fault.target, fault.forMs);
    case 'stop-past-lease':
      return stopPastLease(stage, fault.target, fault.forMs);
    case 'terminate':
      await until(() => managed(stage, fault.target).end('SIGTERM'), PATIENCE_MS);
      return;
    case 'flushall':
      return command(stage, 'FLUSHALL');
    case 'script-flush':
      return command(stage, 'SCRIPT', 'FLUSH');
    case 'client-kill':
      return command(stage, 'CLIENT', 'KILL', 'TYPE', fault.clients);
    case 'purge-queue':
      return command(stage, 'purge_queue', QUEUE);
    case 'delete-queue':
      await command(stage, 'delete_queue', QUEUE);
      return delay(NEW_QUEUE_MS);
    case 'close-connections':
      return command(stage, 'close_all_connections', 'chaos');
    case 'stop-app':
      await command(stage, 'stop_app');
      await delay(fault.forMs);
      return command(stage, 'start_app');
    case 'alarm':
      await command(stage, ...ALARMS[fault.resource].raise);
      await delay(fault.forMs);
      return command(stage, ...ALARMS[fault.resource].clear);
    case 'kill-connections':
      return killConnections(stage);
    case 'delay': {
      const proxy = stage.proxy(fault.link);
      proxy.delay(fault.delayMs);
      await delay(fault.forMs);
      proxy.pass();
      return;
    }
    case 'drop':
    case 'cut': {
      const proxy = stage.proxy(fault.link);
      proxy[fault.kind]();
      await delay(fault.forMs);
      proxy.pass();
      return;
    }
    case 'lose-commits':
      stage.proxy({ from: fault.from, to: 'mariadb' }).loseCommits(fault.when, fault.count);
      return;
    case 'slow-reads': {
      const proxy = stage.proxy({ from: fault.target, to: 'mariadb' });
      proxy.holdReads();
      await delay(fault.forMs);
      proxy.releaseReads();
      return;
    }
    case 'posts-away':
      return postsAway(stage, fault.forMs);
    case 'lock-results':
      return lockResults(stage, fault.forMs);
  }
}

async function kill(stage: ChaosStage, target: Target): Promise<void> {
  if (target !== 'broker' && target !== 'mariadb') {
    await until(() => managed(stage, target).end('SIGKILL'), PATIENCE_MS);
    return;
  }
  const server = stage.servers[target];
  await server.kill('SIGKILL');
  await delay(SERVER_RESTART_MS);
  await server.start();
}

async function stop(stage: ChaosStage, target: Target, forMs: number): Promise<void> {
  const thaw = freeze(await until(() => pidOf(stage, target), PATIENCE_MS));
  await delay(forMs);
  thaw();
}

/**
 * Stops a worker while its reports wait for rows, until the other worker has taken over the jobs. The other worker's
 * rows are held back until the stopped worker has resumed, so that both workers save the same reports at the same time.
 */
async function stopPastLease(stage: ChaosStage, target: WorkerName, forMs: number): Promise<void> {
  const own = stage.proxy({ from: target, to: 'mariadb' });
  const others = stage.proxy({ from: target === 'worker-1' ? 'worker-2' : 'worker-1', to: 'mariadb' });
  own.holdReads();
  // If no report begins, because another fault keeps rows away, the worker is stopped all the same.
  await until(() => own.heldQueries.length > 0, FIRST_READ_MS).catch(() => {});
  const thaw = freeze(await until(() => pidOf(stage, target), PATIENCE_MS));
  others.holdReads(own.heldQueries);
  await delay(forMs);
  await until(() => others.heldQueries.length > 0, TAKE_OVER_MS).catch(() => {});
  own.releaseReads();
  thaw();
  await delay(LATE_WRITE_MS);
  others.releaseReads();
}

async function killConnections({ database }: ChaosStage): Promise<void> {
  await retried(async () => {
    const connection = await database.getConnection();
    try {
      const [rows] = await connection.query(
        "SELECT id FROM information_schema.processlist WHERE id <> CONNECTION_ID() AND command <> 'Daemon'",
      );
      for (const { id } of rows as { id: number }[]) await connection.query('KILL ?', [id]).catch(() => {});
    } finally {
      connection.destroy();
    }
  });
}

async function postsAway({ database }: ChaosStage, forMs: number): Promise<void> {
  await retried(() => database.query('RENAME TABLE posts TO posts_elsewhere'), 'ER_NO_SUCH_TABLE');
  await delay(forMs);
  await retried(() => database.query('RENAME TABLE posts_elsewhere TO posts'), 'ER_NO_SUCH_TABLE');
}

async function lockResults({ database }: ChaosStage, forMs: number): Promise<void> {
  const connection = await database.getConnection();
  await connection.query('LOCK TABLES report_results WRITE');
  await delay(forMs);
  await connection.query('UNLOCK TABLES');
  connection.release();
}

/** Retries, because another fault may have made the server unreachable. */
async function command({ broker }: ChaosStage, ...words: string[]): Promise<void> {
  await retried(() => broker.command(...words));
}

function managed(stage: ChaosStage, name: ProcessName) {
  const found = stage.processes.get(name);
  if (found === undefined) throw new Error(`There is no process ${name}`);
  return found;
}

function pidOf(stage: ChaosStage, target: Target): number | undefined {
  return target === 'broker' || target === 'mariadb'
    ? stage.servers[target].pid()
    : managed(stage, target).pid;
}

/**
 * Retries while another fault makes the server unreachable. A retry that fails with the error code `done` counts as a
 * success, because an earlier try has then succeeded without an answer.
 */
async function retried(action: () => Promise<unknown>, done?: string): Promise<void> {
  const giveUpAt = performance.now() + PATIENCE_MS;
  let tries = 0;
  for (;;) {
    try {
      await action();
      return;
    } catch (error) {
      tries += 1;
      const code = error instanceof Error && 'code' in error ? error.code : undefined;
      if (tries > 1 && code === done && done !== undefined) return;
      if (performance.now() > giveUpAt) throw error;
      await delay(100);
    }
  }
}
