import { DEFINITIONS } from '../support/reports.js';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { createConnection } from 'mysql2/promise';
import { createDatabase, type Database, type DatabaseOptions } from '../../src/adapters/mysql/database.js';
import { createJobStore } from '../../src/adapters/mysql/mysql-job-store.js';
import type { JobStore } from '../../src/jobs/ports/job-store.js';
import type { TestDatabase } from '../support/database.js';
import { createDatabaseProxy, type DatabaseProxy } from './database-proxy.js';
import {
  attemptsOf,
  claimOf,
  defined,
  failed,
  failure,
  queued,
  report,
  request,
  running,
  times,
} from './job-store/material.js';
import { createMigratedDatabase } from '../support/migrated-database.js';
import { until, underLoad } from '../support/waiting.js';

let own: TestDatabase;
let proxy: DatabaseProxy;
let database: Database;
let store: JobStore;

beforeAll(async () => {
  own = await createMigratedDatabase();
  proxy = await createDatabaseProxy(own.url);
  database = createDatabase(proxy.url);
  store = createJobStore(database);
});
beforeEach(async () => {
  const { knex, main } = database;
  for (const table of ['report_jobs', 'idempotency_keys']) {
    await main.run((session) => session.change(knex(table).delete()));
  }
});
afterEach(() => proxy.thaw());
afterAll(async () => {
  await database.close();
  await proxy.close();
  await own.drop();
});

async function reopen(options: DatabaseOptions = {}): Promise<void> {
  await database.close();
  database = createDatabase(proxy.url, options);
  store = createJobStore(database);
}

describe.each([
  ['one statement in a message', { multipleStatements: false }],
  ['several statements in a message', { multipleStatements: true }],
])('with %s, an answer that the connection took with it is looked up', (_how, options) => {
  beforeAll(() => reopen(options));
  afterAll(() => reopen());

  test('to a request: there is one job, and it was created', async () => {
    const asked = request();
    const { wasLost } = proxy.loseAnswerTo('INSERT INTO report_jobs');

    const accepted = await store.accept(asked);

    expect(wasLost()).toBe(true);
    expect(accepted).toMatchObject({ outcome: 'created', job: { id: asked.id, version: 1 } });
  });

  test('to a request with a key, at its COMMIT', async () => {
    const asked = request({ idempotencyKey: 'lost' });
    const { wasLost } = proxy.loseAnswerTo('COMMIT');

    const accepted = await store.accept(asked);

    expect(wasLost()).toBe(true);
    expect(accepted).toMatchObject({ outcome: 'created', job: { id: asked.id, version: 1 } });
    const again = await store.accept(request({ filter: asked.filter, idempotencyKey: 'lost' }));
    expect(again).toMatchObject({ outcome: 'replayed', job: { id: asked.id } });
  });

  test('to requests that were accepted together: each has its job, once', async () => {
    const asked = times(20).map((n) => request({ idempotencyKey: `together-${n}` }));
    const { wasLost } = proxy.loseAnswerTo('COMMIT');

    const accepted = await Promise.all(asked.map((one) => store.accept(one)));

    expect(wasLost()).toBe(true);
    expect(accepted.map(({ job }) => job.id)).toEqual(asked.map(({ id }) => id));
    expect(new Set(accepted.map(({ outcome }) => outcome))).toEqual(new Set(['created']));
  });

  test.each(['COMMIT', 'epoch = epoch + 1'])(
    'to a claim, at %s: the claim holds, and is one attempt',
    async (text) => {
      const { id } = await queued(store);
      const { wasLost } = proxy.loseAnswerTo(text);

      const claimed = await store.claim(id, { worker: 'w', definitions: DEFINITIONS, attempt: 1 });

      expect(wasLost()).toBe(true);
      expect(claimed).toMatchObject({ status: 'RUNNING', epoch: 1, version: 2, attemptCount: 1 });
      expect(await attemptsOf(store, id)).toHaveLength(1);
      await store.cancel(id);
    },
  );

  // The server may detect in the middle of a message that the client has disconnected.
  test('a claim whose client has disconnected is made completely or not at all', async () => {
    const direct = createDatabase(own.url);
    const onlooker = createJobStore(direct);
    try {
      for (let round = 0; round < 60; round += 1) {
        const { id } = await queued(onlooker);
        proxy.breakDuring('epoch = epoch + 1');
        await Promise.allSettled([store.claim(id, { worker: 'w', definitions: DEFINITIONS, attempt: 1 })]);
        proxy.breakDuring(undefined);
        await withoutLocks(direct, id);

        const epoch = (await onlooker.find(id))?.epoch;
        expect((await attemptsOf(onlooker, id)).map(({ number }) => number)).toEqual(epoch === 0 ? [] : [1]);
        await onlooker.cancel(id);
      }
    } finally {
      proxy.breakDuring(undefined);
      await direct.close();
    }
  });

  test('to a claim of any due job', async () => {
    const { id } = await queued(store);
    const { wasLost } = proxy.loseAnswerTo('COMMIT');

    expect(await store.claimDue({ worker: 'w', definitions: DEFINITIONS, dueForMs: 0 })).toMatchObject({
      id,
      epoch: 1,
    });
    expect(wasLost()).toBe(true);
    await store.cancel(id);
  });

  test('to a success, a failure and a release: each is written once', async () => {
    const result = report(await store.now());
    const ends = [
      (claim: ReturnType<typeof claimOf>) => store.succeed(claim, result, { resultTtlSeconds: 60 }),
      (claim: ReturnType<typeof claimOf>) => store.fail(claim, failure({ retryInMs: 60_000 })),
      (claim: ReturnType<typeof claimOf>) => store.release(claim),
    ];
    for (const end of ends) {
      const job = await running(store);
      const { wasLost } = proxy.loseAnswerTo('COMMIT');

      const ended = await end(claimOf(job));

      expect(wasLost()).toBe(true);
      expect(ended?.version).toBe(job.version + 1);
      expect(await store.find(job.id)).toEqual(ended);
      await store.cancel(job.id);
    }
  });

  test('to a cancel and a retry: both say that they changed the job', async () => {
    const open = await queued(store);
    proxy.loseAnswerTo('COMMIT');
    expect(await store.cancel(open.id)).toMatchObject({ changed: true, job: { version: 2 } });

    const broken = await failed(store);
    proxy.loseAnswerTo('COMMIT');
    expect(await store.retry(broken.id, { version: broken.version, attempts: 1 })).toMatchObject({
      changed: true,
      job: { status: 'QUEUED', version: broken.version + 1 },
    });
    await store.cancel(broken.id);
  });

  test('to a retry that never arrived, after which another one won: there is one winner', async () => {
    const broken = await failed(store);
    const retry = { version: broken.version, attempts: 1 };
    await withOtherStore(async (other) => {
      let others: unknown;
      proxy.loseRequest('COMMIT', async () => (others = await other.retry(broken.id, retry)));

      const own = await store.retry(broken.id, retry);

      expect(others).toMatchObject({ changed: true, job: { version: broken.version + 1 } });
      expect(own).toMatchObject({ changed: false, job: { version: broken.version + 1 } });
    });
    await store.cancel(broken.id);
  });

  test('to a batch that never arrived, after which another one won: no job is retried by both', async () => {
    const { id } = await failed(store, {}, { code: 'TIMEOUT' });
    const batch = { errorCode: 'TIMEOUT', limit: 10, dryRun: false, attempts: 1 };
    await withOtherStore(async (other) => {
      let others: unknown;
      proxy.loseRequest('COMMIT', async () => (others = await other.retryFailedJobs(batch)));

      const own = await store.retryFailedJobs(batch);

      expect(others).toMatchObject({ affectedCount: 1, jobs: [{ id }] });
      expect(own).toMatchObject({ affectedCount: 0, jobs: [] });
    });
    await store.cancel(id);
  });

  test('to a batch: the jobs are named that it changed', async () => {
    const { id } = await failed(store, {}, { code: 'TIMEOUT' });
    const batch = { errorCode: 'TIMEOUT', limit: 10, dryRun: false };

    proxy.loseAnswerTo('COMMIT');
    expect(await store.retryFailedJobs({ ...batch, attempts: 1 })).toMatchObject({
      matchedCount: 1,
      affectedCount: 1,
      jobs: [{ id, status: 'QUEUED', version: 4 }],
    });
    await store.fail(
      claimOf(defined(await store.claim(id, { worker: 'w', definitions: DEFINITIONS }))),
      failure({ code: 'TIMEOUT' }),
    );
    proxy.loseAnswerTo('COMMIT');
    expect(await store.deleteFailedJobs(batch)).toMatchObject({ affectedCount: 1, jobs: [{ id }] });
    expect(await store.find(id)).toBeUndefined();
  });

  test('an answer to a read is asked for again', async () => {
    const { id } = await queued(store);
    const { wasLost } = proxy.loseAnswerTo('SELECT');

    expect(await store.find(id)).toMatchObject({ id });
    expect(wasLost()).toBe(true);
  });
});

describe('a database that hangs', () => {
  test('is reported within two seconds, by every call', async () => {
    await Promise.all(times(20).map(() => store.now()));
    const job = await running(store);
    const claim = claimOf(job);
    proxy.freeze();

    const calls = [
      store.accept(request()),
      store.accept(request({ idempotencyKey: 'hang' })),
      store.find(job.id),
      store.listJobs({ limit: 10 }),
      store.cancel(job.id),
      store.extendLeases([{ ...claim, progress: null }]),
      store.fail(claim, failure()),
      store.takeBackExpired(10),
      store.takeDueMessages({ limit: 10, resendAfterMs: 0 }),
      store.health(),
      database.ping(),
      database.isMigrated(),
      // These are more calls than there are connections.
      ...times(20).map(() => store.now()),
    ];
    const startedAt = performance.now();
    const outcomes = await Promise.allSettled(calls);

    expect(performance.now() - startedAt).toBeLessThan(underLoad(2100));
    for (const outcome of outcomes) {
      expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'SERVICE_UNAVAILABLE' } });
    }
  });

  test('works again as soon as it is back', async () => {
    await Promise.all(times(20).map(() => store.now()));
    proxy.freeze();
    await expect(store.now()).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
    proxy.thaw();

    await until(async () => {
      await Promise.all([
        store.accept(request()),
        database.ping(),
        store.recordWorker({ id: 'w', slots: 1, definitions: DEFINITIONS }),
      ]);
      return true;
    }, 1000);
  });
});

describe('a database that is away', () => {
  test('is reported at once, and nothing is logged on the side', async () => {
    const away = createDatabase('mysql://user:secret@127.0.0.1:1/nowhere');
    try {
      const startedAt = performance.now();
      await expect(createJobStore(away).accept(request())).rejects.toMatchObject({
        code: 'SERVICE_UNAVAILABLE',
        message: expect.not.stringContaining('secret'),
      });
      await expect(away.ping()).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
      expect(performance.now() - startedAt).toBeLessThan(underLoad(1000));
    } finally {
      await away.close();
    }
  });

  test('without tables is not migrated', async () => {
    const connection = await createConnection(own.url);
    await connection.query('RENAME TABLE knex_migrations TO hidden');
    try {
      expect(await database.isMigrated()).toBe(false);
    } finally {
      await connection.query('RENAME TABLE hidden TO knex_migrations');
      await connection.end();
    }
    expect(await database.isMigrated()).toBe(true);
  });
});

describe('other transactions that lock rows', () => {
  test('make a call wait, not fail', async () => {
    const { id } = await queued(store);
    const connection = await createConnection(own.url);
    await connection.query('START TRANSACTION');
    await connection.query('SELECT id FROM report_jobs WHERE id = ? FOR UPDATE', [id]);

    const canceling = store.cancel(id);
    // Longer than one wait for a lock, and shorter than the call's deadline.
    setTimeout(() => void connection.query('ROLLBACK'), 1300);

    expect(await canceling).toMatchObject({ changed: true });
    await connection.end();
  });

  test('do not hold up the dispatcher', async () => {
    const jobs = await Promise.all(times(2).map(() => running(store)));
    const connection = await createConnection(own.url);
    await connection.query('UPDATE report_jobs SET lease_until = lease_until - INTERVAL 1 MINUTE');
    await connection.query('START TRANSACTION');
    await connection.query('SELECT id FROM report_jobs WHERE id = ? FOR UPDATE', [jobs[0]?.id]);

    expect((await store.takeBackExpired(10)).map(({ id }) => id)).toContain(jobs[1]?.id);

    await connection.query('ROLLBACK');
    expect((await store.takeBackExpired(10)).map(({ id }) => id)).toEqual([jobs[0]?.id]);
    await connection.end();
  });

  test('hold up the request for what they changed, and none that was accepted with it', async () => {
    const connection = await createConnection(own.url);
    // InnoDB locks an index entry together with the gap below it. Only the lowest of 20 entries is locked, so that the
    // requests for the others do not fall into the gap.
    const jobs = await Promise.all(times(20).map(() => queued(store)));
    const [rows] = await connection.query('SELECT id FROM report_jobs ORDER BY coalesce_key LIMIT 1');
    const locked = defined(jobs.find(({ id }) => id === (rows as { id: string }[])[0]?.id));
    const others = jobs.filter((job) => job !== locked);
    await Promise.all(others.map(({ id }) => store.cancel(id)));
    await connection.query('START TRANSACTION');
    await connection.query('UPDATE report_jobs SET coalesce_key = NULL WHERE id = ?', [locked.id]);
    let held = true;

    const joining = store.accept(request({ filter: locked.filter })).finally(() => (held = false));
    const answers = await Promise.all(others.map(({ filter }) => store.accept(request({ filter }))));

    expect(held).toBe(true);
    expect(new Set(answers.map(({ outcome }) => outcome))).toEqual(new Set(['created']));
    await connection.query('ROLLBACK');
    expect(await joining).toMatchObject({ outcome: 'coalesced', job: { id: locked.id } });
    await connection.end();
  });

  test('do not make accepting fail when all want the same few keys', async () => {
    const filters = times(3).map((n) => ({ userIds: [n] }));

    const answers = await Promise.all(
      times(30).map((n) =>
        store.accept(
          request({ filter: filters[n % 3] as { userIds: number[] }, idempotencyKey: `key-${n % 3}` }),
        ),
      ),
    );

    expect(new Set(answers.map(({ job }) => job.id)).size).toBe(3);
  });
});

describe('leases', () => {
  test('are renewed while all other connections are taken', async () => {
    const claim = claimOf(await running(store));
    const taken = await Promise.all(times(10).map(() => database.main.acquire()));
    try {
      await expect(store.now()).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
      expect((await store.extendLeases([{ ...claim, progress: null }])).size).toBe(1);
      await database.ping();
    } finally {
      await Promise.all(taken.map((connection) => database.main.release(connection)));
    }
  });
});

/** Opens a store on a connection of its own, which bypasses the proxy. */
async function withOtherStore(use: (store: JobStore) => Promise<void>): Promise<void> {
  const direct = createDatabase(own.url);
  try {
    await use(createJobStore(direct));
  } finally {
    await direct.close();
  }
}

/** Resolves when no transaction locks the job's row. */
async function withoutLocks({ knex, main }: Database, id: string): Promise<void> {
  await main.transact((session) => session.first(knex('report_jobs').select('id').where({ id }).forUpdate()));
}
