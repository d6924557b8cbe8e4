/**
 * Tests conflicts of two transactions that need each other's rows, on a real server: statements of the service get the
 * errors 1213 (deadlock) and 1205 (lock wait timeout), and recover.
 */
import { DEFINITIONS } from '../support/reports.js';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { createConnection, type Connection } from 'mysql2/promise';
import { createDatabase, type Database } from '../../src/adapters/mysql/database.js';
import { createJobStore } from '../../src/adapters/mysql/mysql-job-store.js';
import type { JobRequest, JobStore } from '../../src/jobs/ports/job-store.js';
import type { TestDatabase } from '../support/database.js';
import { until } from '../support/waiting.js';
import { createDatabaseProxy, type DatabaseProxy } from './database-proxy.js';
import { attemptsOf, claimOf, failure, queued, report, request, running } from './job-store/material.js';
import { createMigratedDatabase } from '../support/migrated-database.js';

const LOCK_WAIT_TIMEOUT = 1205;
const DEADLOCK = 1213;

let own: TestDatabase;
let proxy: DatabaseProxy;
let database: Database;
let store: JobStore;
/** Locks rows, over a connection that bypasses the proxy. */
let opponent: Connection;
/** Reads uncommitted changes. */
let onlooker: Connection;

beforeAll(async () => {
  own = await createMigratedDatabase();
  proxy = await createDatabaseProxy(own.url);
  database = createDatabase(proxy.url);
  store = createJobStore(database);
  [opponent, onlooker] = await Promise.all([
    createConnection({ uri: own.url, multipleStatements: true }),
    createConnection(own.url),
  ]);
  await onlooker.query('SET SESSION TRANSACTION ISOLATION LEVEL READ UNCOMMITTED');
  await onlooker.query('CREATE TABLE weight (number INT PRIMARY KEY)');
});
beforeEach(async () => {
  for (const table of ['report_jobs', 'report_job_attempts', 'report_results', 'idempotency_keys'])
    await onlooker.query(`DELETE FROM ${table}`);
});
afterEach(() => opponent.query('ROLLBACK'));
afterAll(async () => {
  await Promise.all([opponent?.end(), onlooker?.end(), database?.close()]);
  await proxy?.close();
  await own?.drop();
});

type Query = readonly [sql: string, ...values: unknown[]];

/** A call that first changes one row, and then needs another row. */
interface Conflict {
  readonly call: () => Promise<unknown>;
  /** Locks the row that the call needs second. */
  readonly lock: Query;
  /** Finds the row that the call changes and locks first. */
  readonly changed: Query;
  /** Checks the final state. */
  readonly expectRight: (answer: never) => Promise<void>;
}

const CONFLICTS: Readonly<Record<string, () => Promise<Conflict>>> = {
  async claim() {
    const { id } = await queued(store);
    return {
      call: () => store.claim(id, { worker: 'w', definitions: DEFINITIONS, attempt: 1 }),
      lock: openedAttempt(id),
      changed: jobThatIs(id, 'RUNNING'),
      expectRight: async (job) => {
        expect(job).toMatchObject({ status: 'RUNNING', epoch: 1, version: 2, attemptCount: 1 });
        expect(await attemptsOf(store, id)).toHaveLength(1);
      },
    };
  },

  async 'claim of any due job'() {
    const { id } = await queued(store);
    return {
      call: () => store.claimDue({ worker: 'w', definitions: DEFINITIONS, dueForMs: 0 }),
      lock: openedAttempt(id),
      changed: jobThatIs(id, 'RUNNING'),
      expectRight: async (job) => {
        expect(job).toMatchObject({ id, status: 'RUNNING', epoch: 1, version: 2, attemptCount: 1 });
        expect(await attemptsOf(store, id)).toHaveLength(1);
      },
    };
  },

  async success() {
    const job = await running(store);
    const result = report(await store.now());
    return {
      call: () => store.succeed(claimOf(job), result, { resultTtlSeconds: 60 }),
      ...attemptThatEnds(job.id, 'SUCCEEDED'),
      expectRight: async (ended) => {
        expect(ended).toMatchObject({ status: 'SUCCEEDED', version: 3, attemptCount: 1 });
        expect(await attemptEndsOf(job.id)).toEqual([null]);
        const [parts] = await onlooker.query('SELECT epoch, part FROM report_results');
        expect(parts).toEqual([{ epoch: 1, part: 0 }]);
      },
    };
  },

  async failure() {
    const job = await running(store);
    return {
      call: () => store.fail(claimOf(job), failure({ retryInMs: 60_000 })),
      ...attemptThatEnds(job.id, 'RETRYING'),
      expectRight: async (ended) => {
        expect(ended).toMatchObject({ status: 'RETRYING', version: 3, attemptCount: 1 });
        expect(await attemptEndsOf(job.id)).toEqual(['INTERNAL']);
      },
    };
  },

  async release() {
    const job = await running(store);
    return {
      call: () => store.release(claimOf(job)),
      ...attemptThatEnds(job.id, 'QUEUED'),
      expectRight: async (ended) => {
        expect(ended).toMatchObject({ status: 'QUEUED', version: 3, attemptCount: 0 });
        expect(await attemptEndsOf(job.id)).toEqual(['RELEASED']);
      },
    };
  },

  async cancel() {
    const job = await running(store);
    return {
      call: () => store.cancel(job.id),
      ...attemptThatEnds(job.id, 'CANCELED'),
      expectRight: async (change) => {
        expect(change).toMatchObject({ changed: true, job: { status: 'CANCELED', version: 3 } });
        expect(await attemptEndsOf(job.id)).toEqual(['CANCELED']);
      },
    };
  },

  async 'taking back of a lost job'() {
    const job = await running(store);
    await onlooker.query('UPDATE report_jobs SET lease_until = lease_until - INTERVAL 1 MINUTE');
    return {
      call: () => store.takeBackExpired(10),
      ...attemptThatEnds(job.id, 'RETRYING'),
      expectRight: async (jobs) => {
        expect(jobs).toMatchObject([{ id: job.id, status: 'RETRYING', version: 3, attemptCount: 1 }]);
        expect(await attemptEndsOf(job.id)).toEqual(['WORKER_LOST']);
      },
    };
  },

  async 'request with a key'() {
    const asked = request({ idempotencyKey: 'wanted' });
    const [{ insert }] = await rowsOf(asked);
    return {
      call: () => store.accept(asked),
      lock: insert,
      changed: ["SELECT * FROM idempotency_keys WHERE `key` = 'wanted'"],
      expectRight: async (accepted) => {
        expect(accepted).toMatchObject({ outcome: 'created', job: { id: asked.id, status: 'QUEUED' } });
        expect(await store.accept({ ...asked, id: request().id })).toMatchObject({
          outcome: 'replayed',
          job: { id: asked.id },
        });
      },
    };
  },

  async 'request among several'() {
    const asked = [request(), request(), request()] as const;
    const inOrder = await rowsOf(...asked);
    const [first, last] = [inOrder[0], inOrder[2] as Row];
    return {
      call: () => Promise.all(asked.map((one) => store.accept(one))),
      lock: last.insert,
      changed: ['SELECT * FROM report_jobs WHERE coalesce_key = ?', first.coalesceKey],
      expectRight: async (accepted) => {
        expect(accepted).toMatchObject(asked.map(({ id }) => ({ outcome: 'created', job: { id } })));
        const [jobs] = await onlooker.query('SELECT id FROM report_jobs ORDER BY id');
        expect(jobs).toEqual(asked.map(({ id }) => ({ id })).sort((a, b) => (a.id < b.id ? -1 : 1)));
      },
    };
  },
};

const names = Object.keys(CONFLICTS);

describe('a deadlock that the service loses', () => {
  test.each(names)('is repeated until it succeeds: %s', async (name) => {
    const { call, lock, changed, expectRight } = await (CONFLICTS[name] as () => Promise<Conflict>)();
    const deadlocks = proxy.countErrors(DEADLOCK);
    await begin();
    await ask(opponent, lock);

    const answer = call();
    // If the call fails already, because this process was too slow to look, the test ends with the reason.
    await Promise.race([until(async () => (await ask(onlooker, changed)).length > 0), answer]);
    const [sql, ...values] = changed;
    // The server rolls back the service's transaction, then the opponent's, before the service can try again.
    await opponent.query(`${sql} FOR UPDATE; ROLLBACK`, values);

    await expectRight((await answer) as never);
    expect(deadlocks.count()).toBeGreaterThan(0);
  });
});

describe('a lock that is held for longer than a statement waits', () => {
  test.each(names)('only delays the call: %s', async (name) => {
    const { call, lock, expectRight } = await (CONFLICTS[name] as () => Promise<Conflict>)();
    const timeouts = proxy.countErrors(LOCK_WAIT_TIMEOUT);
    await begin();
    await ask(opponent, lock);

    const answer = call();
    await until(() => timeouts.count() > 0);
    await opponent.query('ROLLBACK');

    await expectRight((await answer) as never);
  });

  // If the request has no key, its INSERT may still wait in the server when the caller gets the refusal, and be
  // executed later.
  test.each([null, 'kept'])(
    'makes a request fail that waits too long, and its repetition makes one job (key: %s)',
    async (idempotencyKey) => {
      const asked = request({ idempotencyKey });
      const [{ insert }] = await rowsOf(asked);
      await begin();
      await ask(opponent, insert);

      await expect(store.accept(asked)).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE' });

      await opponent.query('ROLLBACK');
      const { job } = await store.accept({ ...asked, id: request().id });
      expect(await ask(onlooker, ['SELECT id, status FROM report_jobs'])).toEqual([
        { id: job.id, status: 'QUEUED' },
      ]);
    },
  );
});

/** Begins a transaction with so many changes that in a deadlock the server rolls back the other transaction. */
async function begin(): Promise<void> {
  await opponent.query('START TRANSACTION');
  const rows = Array.from({ length: 500 }, (_, number) => [number]);
  await opponent.query('INSERT INTO weight VALUES ?', [rows]);
}

async function ask(connection: Connection, [sql, ...values]: Query): Promise<readonly unknown[]> {
  const [rows] = await connection.query(sql, values);
  return Array.isArray(rows) ? rows : [];
}

function jobThatIs(id: string, status: string): Query {
  return ['SELECT id FROM report_jobs WHERE id = ? AND status = ?', id, status];
}

/** Inserts the row that a claim is going to insert. */
function openedAttempt(id: string): Query {
  return [
    "INSERT INTO report_job_attempts (job_id, number, worker, started_at) VALUES (?, 1, 'other', UTC_TIMESTAMP(3))",
    id,
  ];
}

/** Every end of an attempt first changes the job's row, and then closes the attempt's row. */
function attemptThatEnds(id: string, status: string): Pick<Conflict, 'lock' | 'changed'> {
  return {
    lock: ['SELECT number FROM report_job_attempts WHERE job_id = ? FOR UPDATE', id],
    changed: jobThatIs(id, status),
  };
}

async function attemptEndsOf(id: string): Promise<unknown> {
  return (await attemptsOf(store, id)).map(({ endedAt, errorCode }) => (endedAt ? errorCode : 'open'));
}

interface Row {
  readonly coalesceKey: string;
  readonly insert: Query;
}

/**
 * Finds the rows that requests are going to insert, in the order of the inserts. Accepts each request once for this,
 * and deletes the jobs.
 */
async function rowsOf(...asked: readonly JobRequest[]): Promise<readonly [Row, ...Row[]]> {
  for (const one of asked) await store.accept({ ...one, idempotencyKey: null });
  const jobs = (await ask(onlooker, ['SELECT * FROM report_jobs ORDER BY coalesce_key'])) as {
    coalesce_key: string;
  }[];
  await onlooker.query('DELETE FROM report_jobs');
  const rows = jobs.map((job) => ({
    coalesceKey: job.coalesce_key,
    insert: ['INSERT INTO report_jobs SET ?', { ...job, id: request().id }] as const,
  }));
  return rows as unknown as readonly [Row, ...Row[]];
}
