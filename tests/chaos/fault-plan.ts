import type { BrokerName } from '../../src/adapters/broker-url.js';
import { Random } from './random.js';

export type WorkerName = 'worker-1' | 'worker-2';
export type ApiName = 'api-1' | 'api-2';
export type ServerName = 'broker' | 'mariadb';
export type ProcessName = WorkerName | ApiName;
export type Target = ProcessName | ServerName;

/** The connections of one process to one server; a proxy stands in each. */
export interface Link {
  readonly from: ProcessName;
  readonly to: ServerName;
}

/** What is done to the service, `at` so many milliseconds after clients have begun. */
export type Fault = { readonly at: number } & (
  | { readonly kind: 'kill'; readonly target: Target }
  | { readonly kind: 'stop'; readonly target: Target; readonly forMs: number }
  /** SIGSTOP in the middle of reports, until another worker has taken them over and works on them. */
  | { readonly kind: 'stop-past-lease'; readonly target: WorkerName; readonly forMs: number }
  /** SIGTERM: the process hands back what it runs, and is started again. */
  | { readonly kind: 'terminate'; readonly target: ProcessName }
  | { readonly kind: 'flushall' }
  | { readonly kind: 'script-flush' }
  | { readonly kind: 'client-kill'; readonly clients: 'normal' | 'pubsub' }
  /** Whatever waits in the queue of RabbitMQ goes. */
  | { readonly kind: 'purge-queue' }
  /** The queue itself goes; the process that finds out first makes it again. */
  | { readonly kind: 'delete-queue' }
  /** Every connection to RabbitMQ, ended by it. */
  | { readonly kind: 'close-connections' }
  /** RabbitMQ stops in good order, and its Erlang machine stays. */
  | { readonly kind: 'stop-app'; readonly forMs: number }
  /** RabbitMQ says that it is short of something, and reads no more from those who publish. */
  | { readonly kind: 'alarm'; readonly resource: 'memory' | 'disk'; readonly forMs: number }
  /** Every connection to MariaDB, ended by KILL. */
  | { readonly kind: 'kill-connections' }
  | { readonly kind: 'delay'; readonly link: Link; readonly forMs: number; readonly delayMs: number }
  /** Nothing gets through, and no side gets an error. */
  | { readonly kind: 'drop'; readonly link: Link; readonly forMs: number }
  /** Connections break, and new ones are refused. */
  | { readonly kind: 'cut'; readonly link: Link; readonly forMs: number }
  /**
   * Connections of clients break at a COMMIT (or at an INSERT that is a transaction by itself): before the server has
   * read it, or after it did it and before its answer is heard.
   */
  | {
      readonly kind: 'lose-commits';
      readonly from: ProcessName;
      readonly when: 'before' | 'after';
      readonly count: number;
    }
  /** Posts are read, but slowly: the rows of reports do not come for a while. */
  | { readonly kind: 'slow-reads'; readonly target: WorkerName; readonly forMs: number }
  /** The table has another name for a moment: attempts fail, and jobs with them. */
  | { readonly kind: 'posts-away'; readonly forMs: number }
  /** The table of results is locked: a worker that saves one waits. */
  | { readonly kind: 'lock-results'; readonly forMs: number }
);

export interface FaultPlan {
  readonly faults: readonly Fault[];
  /** Within which clients request and faults begin. */
  readonly durationMs: number;
}

export interface PlanOptions {
  readonly broker: BrokerName;
  readonly seed: number;
  readonly jobs: number;
  readonly kills: number;
  readonly stops: number;
  readonly flushes: number;
  /** Nothing but this kind is killed and stopped; only a broker then loses messages, and there are no other faults. */
  readonly only?: Kind | undefined;
}

export const WORKERS: readonly WorkerName[] = ['worker-1', 'worker-2'];
export const APIS: readonly ApiName[] = ['api-1', 'api-2'];
const PROCESSES: readonly ProcessName[] = [...WORKERS, ...APIS];

/** Requests a second that two small cores do beside everything else. */
const REQUESTS_PER_SECOND = 30;
const LEAST_DURATION_MS = 15_000;
/** On average, faults of all kinds taken together. */
const MS_PER_FAULT = 1300;
/** From the beginning of a fault that is drawn to its end. */
export const LONGEST_FAULT_MS = 20_000;
/** Before the first fault, so that there is something to disturb. */
const CALM_MS = 1500;

/** The same options give the same plan. Nothing but them is looked at. */
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

/** Faults without their time; `Omit` would merge the union into one type. */
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

/** Every second worker stays away for longer than a lease, which is what fencing is for. */
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
  /** What takes messages away, in turn. */
  readonly losses: readonly Timeless[];
  /** Beside kills, stops and losses, in turn. A short run gets the first ones. */
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
