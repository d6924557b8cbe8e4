import type { BrokerName } from '../../src/adapters/broker-url.js';
import { Random } from './random.js';

export type WorkerName = 'worker-1' | 'worker-2';
export type ApiName = 'api-1' | 'api-2';
export type ServerName = 'broker' | 'mariadb';
export type ProcessName = WorkerName | ApiName;
export type Target = ProcessName | ServerName;

/** Connections of one process to one server, each through a proxy. */
export interface Link {
  readonly from: ProcessName;
  readonly to: ServerName;
}

/** A fault. `at` is counted in ms from the first client. */
export type Fault = { readonly at: number } & (
  | { readonly kind: 'kill'; readonly target: Target }
  | { readonly kind: 'stop'; readonly target: Target; readonly forMs: number }
  /** SIGSTOP while the worker generates reports, until another worker has taken over the jobs. */
  | { readonly kind: 'stop-past-lease'; readonly target: WorkerName; readonly forMs: number }
  /** SIGTERM: the process releases its jobs, and is started again. */
  | { readonly kind: 'terminate'; readonly target: ProcessName }
  | { readonly kind: 'flushall' }
  | { readonly kind: 'script-flush' }
  | { readonly kind: 'client-kill'; readonly clients: 'normal' | 'pubsub' }
  /** Deletes the messages in RabbitMQ's queue. */
  | { readonly kind: 'purge-queue' }
  /** Deletes the queue. The process that notices the loss first declares the queue again. */
  | { readonly kind: 'delete-queue' }
  /** RabbitMQ closes all its connections. */
  | { readonly kind: 'close-connections' }
  /** The RabbitMQ application stops cleanly (`rabbitmqctl stop_app`). The Erlang VM keeps running. */
  | { readonly kind: 'stop-app'; readonly forMs: number }
  /** RabbitMQ raises an alarm, and reads nothing more from publishers. */
  | { readonly kind: 'alarm'; readonly resource: 'memory' | 'disk'; readonly forMs: number }
  /** KILL ends all connections to MariaDB. */
  | { readonly kind: 'kill-connections' }
  | { readonly kind: 'delay'; readonly link: Link; readonly forMs: number; readonly delayMs: number }
  /** No bytes get through, and neither side gets an error. */
  | { readonly kind: 'drop'; readonly link: Link; readonly forMs: number }
  /** Connections break, and new ones are refused. */
  | { readonly kind: 'cut'; readonly link: Link; readonly forMs: number }
  /**
   * The connection that sends a COMMIT, or an INSERT that is a transaction by itself, breaks: before the server has
   * read the statement, or after the server has executed the statement and before the answer arrives. Happens `count`
   * times.
   */
  | {
      readonly kind: 'lose-commits';
      readonly from: ProcessName;
      readonly when: 'before' | 'after';
      readonly count: number;
    }
  /** For a while no rows of posts arrive for reports, as from a slow server. */
  | { readonly kind: 'slow-reads'; readonly target: WorkerName; readonly forMs: number }
  /** The table of posts is renamed for a moment, so that attempts and jobs fail. */
  | { readonly kind: 'posts-away'; readonly forMs: number }
  /** The table of results is locked, so that a worker waits when it saves a result. */
  | { readonly kind: 'lock-results'; readonly forMs: number }
);

export interface FaultPlan {
  readonly faults: readonly Fault[];
  /** Period in which clients and faults begin. */
  readonly durationMs: number;
}

export interface PlanOptions {
  readonly broker: BrokerName;
  readonly seed: number;
  readonly jobs: number;
  readonly kills: number;
  readonly stops: number;
  readonly flushes: number;
  /**
   * Kills and stops concern only this kind. Faults that lose messages are drawn only if the kind is `broker`, and other
   * faults are not drawn.
   */
  readonly only?: Kind | undefined;
}

export const WORKERS: readonly WorkerName[] = ['worker-1', 'worker-2'];
export const APIS: readonly ApiName[] = ['api-1', 'api-2'];
const PROCESSES: readonly ProcessName[] = [...WORKERS, ...APIS];

/** Two small cores handle this many requests a second beside all other work. */
const REQUESTS_PER_SECOND = 30;
const LEAST_DURATION_MS = 15_000;
/** Average time between faults, over all kinds. */
const MS_PER_FAULT = 1300;
/** Longest duration of a drawn fault. */
export const LONGEST_FAULT_MS = 20_000;
/** Time before the first fault, so that there are jobs to disturb. */
const CALM_MS = 1500;

/** The plan depends only on the options: equal options give equal plans. */
export function drawFaultPlan(options: PlanOptions): FaultPlan {
  const { only } = options;
  const { losses, others } = FAULTS_OF[options.broker];
  const losing = only === undefined || only === 'broker' ? options.flushes : 0;
  const beside = only === undefined ? Math.ceil((options.kills + options.stops + options.flushes) / 2) : 0;
  const random = new Random(
    `plan ${options.seed} ${options.jobs} ${options.kills} ${options.stops} ${options.flushes}`,
  );
  const drawn = random.shuffle([
    ...spread(options.kills, only ? [only] : KILL_SHARES).map((target) => killed(random, target)),
    ...spread(options.stops, only ? [only] : STOP_SHARES).map((target, index) =>
      stopped(random, target, index),
    ),
    ...times(losing, (index) => nth(losses, index)),
    ...times(beside, (index) => nth(others, index)(random)),
  ]);
  const durationMs = Math.max(
    LEAST_DURATION_MS,
    CALM_MS + drawn.length * MS_PER_FAULT,
    Math.ceil((options.jobs / REQUESTS_PER_SECOND) * 1000),
  );
  const slot = (durationMs - CALM_MS) / Math.max(1, drawn.length);
  const faults = drawn.map((fault, index) => ({
    ...fault,
    at: Math.round(CALM_MS + (index + random.next() * 0.9) * slot),
  }));
  return { faults, durationMs };
}

/** Faults without their time; TypeScript's `Omit` would merge the union into one type. */
type Timeless = Fault extends infer Each ? (Each extends Fault ? Omit<Each, 'at'> : never) : never;

export type Kind = 'worker' | 'api' | ServerName;
export const KINDS: readonly Kind[] = ['worker', 'api', 'broker', 'mariadb'];

const KILL_SHARES: readonly Kind[] = ['worker', 'broker', 'mariadb', 'api', 'worker'];
const STOP_SHARES: readonly Kind[] = ['worker', 'broker', 'worker', 'mariadb', 'api'];

function spread(count: number, shares: readonly Kind[]): Kind[] {
  return times(count, (index) => nth(shares, index));
}

function nth<T>(list: readonly T[], index: number): T {
  return list[index % list.length] as T;
}

function times<T>(count: number, make: (index: number) => T): T[] {
  return Array.from({ length: count }, (_, index) => make(index));
}

function targetOf(random: Random, kind: Kind): Target {
  switch (kind) {
    case 'worker':
      return random.pick(WORKERS);
    case 'api':
      return random.pick(APIS);
    case 'broker':
    case 'mariadb':
      return kind;
  }
}

function killed(random: Random, kind: Kind): Timeless {
  return { kind: 'kill', target: targetOf(random, kind) };
}

/** Some of the stopped workers are stopped for longer than a lease, to test fencing. */
function stopped(random: Random, kind: Kind, index: number): Timeless {
  if (kind === 'worker' && index % 4 === 0) {
    return { kind: 'stop-past-lease', target: random.pick(WORKERS), forMs: random.int(7500, 9000) };
  }
  return { kind: 'stop', target: targetOf(random, kind), forMs: random.int(500, 4000) };
}

type Draw = (random: Random) => Timeless;

const loseCommitsOfApi: Draw = (random) => loseCommits(random, APIS, 'after');
const loseCommitsOfWorker: Draw = (random) => loseCommits(random, WORKERS, 'after');
const loseCommitsBefore: Draw = (random) => loseCommits(random, PROCESSES, 'before');
const postsAway: Draw = (random) => ({ kind: 'posts-away', forMs: random.int(800, 2000) });
const killConnections: Draw = () => ({ kind: 'kill-connections' });
const drop: Draw = (random) => ({ kind: 'drop', link: linkOf(random), forMs: random.int(500, 4000) });
const terminate: Draw = (random) => ({ kind: 'terminate', target: random.pick(PROCESSES) });
const cut: Draw = (random) => ({ kind: 'cut', link: linkOf(random), forMs: random.int(300, 3000) });
const slow: Draw = (random) => ({
  kind: 'delay',
  link: linkOf(random),
  forMs: random.int(1000, 5000),
  delayMs: random.int(20, 300),
});
const slowReads: Draw = (random) => ({
  kind: 'slow-reads',
  target: random.pick(WORKERS),
  forMs: random.int(1000, 6000),
});

function loseCommits(random: Random, from: readonly ProcessName[], when: 'before' | 'after'): Timeless {
  return { kind: 'lose-commits', from: random.pick(from), when, count: random.int(1, 6) };
}

interface BrokerFaults {
  /** Faults that lose messages. The plan takes them in this order, and begins again after the last one. */
  readonly losses: readonly Timeless[];
  /**
   * Faults other than kills, stops and losses of messages. The plan takes them in this order, so a short run has only
   * the first ones.
   */
  readonly others: readonly Draw[];
}

const FAULTS_OF: Readonly<Record<BrokerName, BrokerFaults>> = {
  'bee-queue': {
    losses: [{ kind: 'flushall' }],
    others: [
      loseCommitsOfApi,
      postsAway,
      loseCommitsOfWorker,
      killConnections,
      drop,
      (random) => ({ kind: 'client-kill', clients: random.pick(['normal', 'pubsub']) }),
      terminate,
      loseCommitsBefore,
      () => ({ kind: 'script-flush' }),
      cut,
      slow,
      slowReads,
    ],
  },
  rabbitmq: {
    losses: [{ kind: 'purge-queue' }, { kind: 'delete-queue' }],
    others: [
      loseCommitsOfApi,
      (random) => ({ kind: 'alarm', resource: 'memory', forMs: random.int(1000, 6000) }),
      postsAway,
      (random) => ({ kind: 'stop-app', forMs: random.int(300, 3000) }),
      drop,
      () => ({ kind: 'close-connections' }),
      loseCommitsOfWorker,
      killConnections,
      (random) => ({ kind: 'alarm', resource: 'disk', forMs: random.int(1000, 6000) }),
      terminate,
      loseCommitsBefore,
      cut,
      slow,
      slowReads,
    ],
  },
};

function linkOf(random: Random): Link {
  return { from: random.pick(PROCESSES), to: random.pick(['broker', 'mariadb']) };
}

/** One line for people. */
export function faultText(fault: Fault): string {
  const { at, kind, ...rest } = fault;
  const details = Object.entries(rest).map(([name, value]) =>
    typeof value === 'object'
      ? `${value.from}→${value.to}`
      : name === 'target'
        ? String(value)
        : `${name}=${value}`,
  );
  return `${(at / 1000).toFixed(1).padStart(7)} s  ${kind} ${details.join(' ')}`.trimEnd();
}
