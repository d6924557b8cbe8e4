import type { Fault } from './fault-plan.js';
import { checkListenBeforeRead } from './listen-before-read.js';
import type { Patch } from './tree.js';

/**
 * A defect that the suite must find. The suite builds it into a copy of the service; the product has no switch for it.
 */
export interface Mutant {
  /** One line that describes the defect. */
  readonly damage: string;
  readonly patches: readonly Patch[];
  readonly check: MutantCheck;
}

export type MutantCheck =
  /** A run with faults that make the defect visible. */
  | {
      readonly kind: 'run';
      readonly faults: readonly Fault[];
      readonly slots?: readonly [number, number];
      readonly drainMs?: number;
    }
  /**
   * A direct check, for a defect that a run shows never or rarely. Resolves with a complaint, or with undefined if the
   * check finds nothing.
   */
  | { readonly kind: 'direct'; readonly find: (tree: string) => Promise<string | undefined> };

/** Options of every mutant's run: so many requests that each fault finds jobs to disturb. */
export const MUTANT_RUN = { jobs: 150, durationMs: 15_000 } as const;

export const MUTANTS: Readonly<Record<string, Mutant>> = {
  'no-epoch': {
    damage: 'a worker that was paused still writes: no fencing token in the guards',
    patches: [
      {
        file: 'src/adapters/mysql/attempt-end.ts',
        from: "SET ? WHERE id = ? AND epoch = ? AND status = 'RUNNING'`",
        to: "SET ? WHERE id = ? AND ? > 0 AND status = 'RUNNING'`",
      },
      {
        file: 'src/adapters/mysql/attempt-end.ts',
        from: "WHERE id = :id AND epoch = :epoch AND status = 'SUCCEEDED'",
        to: "WHERE id = :id AND :epoch > 0 AND status = 'SUCCEEDED'",
      },
    ],
    check: {
      kind: 'run',
      faults: [{ at: 2000, kind: 'stop-past-lease', target: 'worker-1', forMs: 8000 }],
    },
  },

  'accept-before-commit': {
    damage: 'the 202 goes out while COMMIT is still on its way',
    patches: [
      {
        file: 'src/adapters/mysql/connection-pool.ts',
        from: 'await session.commit();',
        to: 'session.commit().catch(() => {});',
      },
    ],
    check: {
      kind: 'run',
      faults: [
        { at: 2000, kind: 'lose-commits', from: 'api-1', when: 'before', count: 30 },
        { at: 4000, kind: 'lose-commits', from: 'api-2', when: 'before', count: 30 },
      ],
    },
  },

  'acknowledge-before-commit': {
    damage: 'the message is done with as soon as the job is claimed',
    patches: [
      {
        file: 'src/jobs/worker.ts',
        from: `const outcome = await this.#run(job, reportProgress);
      if (outcome.end === 'failed') throw new Error(outcome.code);`,
        to: 'void this.#run(job, reportProgress);',
      },
    ],
    check: {
      kind: 'run',
      faults: [
        { at: 2000, kind: 'slow-reads', target: 'worker-1', forMs: 4000 },
        { at: 7000, kind: 'slow-reads', target: 'worker-2', forMs: 4000 },
      ],
    },
  },

  'publish-before-commit': {
    damage: 'observers get an end that is not in the table yet, and read the row as it was',
    patches: [
      {
        file: 'src/jobs/run-job.ts',
        from: `const saved = await save();
      if (saved !== undefined) await deps.events.publish({ jobId: claim.id, version: saved.version });
      return saved;`,
        to: `await deps.events.publish({ jobId: claim.id, version: (claim as ReportJob).version + 1 });
      return await save();`,
      },
    ],
    check: { kind: 'run', faults: [] },
  },

  'no-take-over': {
    damage: 'no process takes back the jobs of a worker that is lost',
    patches: [{ file: 'src/jobs/dispatcher.ts', from: 'await this.#takeBack();', to: '' }],
    check: {
      kind: 'run',
      faults: [
        { at: 2000, kind: 'slow-reads', target: 'worker-1', forMs: 2500 },
        { at: 3500, kind: 'kill', target: 'worker-1' },
      ],
      drainMs: 15_000,
    },
  },

  'no-script-reload': {
    damage: 'scripts are called by a hash that Redis has forgotten',
    patches: [
      {
        file: 'src/adapters/bee-queue/sending-queue.ts',
        from: 'readonly #redis: Redis;',
        to: 'readonly #redis: Redis;\n  readonly #loaded: Promise<unknown>;',
      },
      {
        file: 'src/adapters/bee-queue/sending-queue.ts',
        from: 'this.#redis = redis;',
        to: `this.#redis = redis;
    this.#loaded = new Promise((resolve) => redis.once('ready', () => resolve(redis.script('LOAD', SEND_JOB))));`,
      },
      {
        file: 'src/adapters/bee-queue/sending-queue.ts',
        from: 'return (this.#redis as Sending)[SEND_COMMAND](keys.length, ...keys, jobId, data);',
        to: `return this.#loaded.then((sha) => this.#redis.evalsha(String(sha), keys.length, ...keys, jobId, data));`,
      },
    ],
    check: { kind: 'run', faults: [{ at: 2000, kind: 'script-flush' }] },
  },

  'read-then-listen': {
    damage: 'what happens between the reading of the row and the beginning of listening is not heard',
    patches: [
      {
        file: 'src/jobs/job-watcher.ts',
        from: `this.#ofJob.set(id, observers.add(observer));
    this.#read([id]);`,
        to: `void this.#deps.store.findMany([id]).then(([job]) => {
      observer.notify(job);
      this.#ofJob.set(id, observers.add(observer));
    });`,
      },
    ],
    check: { kind: 'direct', find: checkListenBeforeRead },
  },

  'unguarded-retry': {
    damage: 'a retry does not look whether the job is still FAILED',
    patches: [
      {
        file: 'src/adapters/mysql/job-changes.ts',
        from: ".where({ id, status: 'FAILED', version })",
        to: '.where({ id })',
      },
    ],
    check: {
      kind: 'run',
      faults: [
        { at: 1500, kind: 'posts-away', forMs: 3000 },
        { at: 7000, kind: 'posts-away', forMs: 3000 },
      ],
    },
  },

  'application-clock': {
    damage: "leases end by the worker's clock; one of the two workers is ten minutes slow",
    patches: [
      {
        file: 'src/adapters/mysql/claim-job.ts',
        from: 'lease_until = UTC_TIMESTAMP(3) + INTERVAL ${LEASE_SECONDS} SECOND,',
        to: 'lease_until = FROM_UNIXTIME(${Date.now() / 1000 + LEASE_SECONDS}),',
      },
      {
        file: 'src/adapters/mysql/job-attempts.ts',
        from: 'const lease = `lease_until = UTC_TIMESTAMP(3) + INTERVAL ${LEASE_SECONDS} SECOND`;',
        to: 'const lease = `lease_until = FROM_UNIXTIME(${Date.now() / 1000 + LEASE_SECONDS})`;',
      },
    ],
    check: {
      kind: 'run',
      faults: [
        { at: 2000, kind: 'slow-reads', target: 'worker-2', forMs: 3000 },
        { at: 7000, kind: 'slow-reads', target: 'worker-2', forMs: 3000 },
      ],
    },
  },

  'no-unique-key': {
    damage: 'nothing in the database makes idempotency keys unique',
    patches: [
      {
        file: 'migrations/20261124080300_idempotency_keys.ts',
        from: "table.primary(['requested_by', 'key']);",
        to: "table.index(['requested_by', 'key']);",
      },
    ],
    check: {
      kind: 'run',
      faults: [{ at: 2000, kind: 'lose-commits', from: 'api-1', when: 'after', count: 8 }],
    },
  },

  'falsy-rejection': {
    damage: 'a failed attempt rejects with nothing, which Bee-Queue takes for a success',
    patches: [
      {
        file: 'src/jobs/worker.ts',
        from: 'throw new Error(outcome.code);',
        to: 'throw undefined;',
      },
      {
        file: 'src/adapters/bee-queue/bee-consumer.ts',
        from: 'throw recordedFailure(cause);',
        to: 'throw cause;',
      },
    ],
    check: { kind: 'run', faults: [{ at: 2000, kind: 'posts-away', forMs: 3000 }] },
  },

  'shared-heartbeat': {
    damage: 'heartbeats wait for a connection behind everything else',
    patches: [
      {
        file: 'src/adapters/mysql/job-attempts.ts',
        from: 'return leases.run(async (session) => {',
        to: 'return main.run(async (session) => {',
      },
      {
        file: 'src/adapters/mysql/job-attempts.ts',
        from: 'await leases.run((session) => session.change(record));',
        to: 'await main.run((session) => session.change(record));',
      },
    ],
    check: {
      kind: 'run',
      // The first worker has more slots than the shared pool has connections. The second worker stays able to work.
      slots: [16, 2],
      faults: [{ at: 2500, kind: 'lock-results', forMs: 9000 }],
    },
  },
};
