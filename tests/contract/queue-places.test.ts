import { afterAll, afterEach, beforeAll, expect, jest, test } from '@jest/globals';
import { createConnection, type Connection, type RowDataPacket } from 'mysql2/promise';
import { createDatabase, type Database } from '../../src/adapters/mysql/database.js';
import { createJobStore } from '../../src/adapters/mysql/mysql-job-store.js';
import { Session, type Statement } from '../../src/adapters/mysql/session.js';
import type { JobStore } from '../../src/jobs/ports/job-store.js';
import type { TestDatabase } from '../support/database.js';
import { emptyTables } from '../support/job-tables.js';
import { createMigratedDatabase } from '../support/migrated-database.js';
import { positionOf, queued, times } from './job-store/material.js';

/** Number of jobs in the queue. The store caches a count of so many jobs. */
const JOBS = 1500;
/** Number of requests that a slow machine accepts at once, each within its deadline. */
const AT_ONCE = 100;

let own: TestDatabase;
let database: Database;
let store: JobStore;
let otherProcess: JobStore;
let connection: Connection;

beforeAll(async () => {
  own = await createMigratedDatabase();
  database = createDatabase(own.url);
  connection = await createConnection(own.url);
});
afterEach(() => void jest.restoreAllMocks());
afterAll(async () => {
  await connection.end();
  await database.close();
  await own.drop();
});

/**
 * Fills the queue while no worker is alive, so that jobs of every definition count. Stops the store's clock, so that a
 * cached count stays fresh on a slow machine too.
 */
async function fillQueue(): Promise<void> {
  await emptyTables(database);
  store = createJobStore(database);
  otherProcess = createJobStore(database);
  for (let filled = 0; filled < JOBS; filled += AT_ONCE)
    await Promise.all(times(AT_ONCE).map(() => queued(otherProcess)));
  jest.spyOn(performance, 'now').mockReturnValue(performance.now());
}

interface Sent {
  readonly sql: string;
  readonly bindings: readonly unknown[];
}

function watchStatements(): Sent[] {
  const sent: Sent[] = [];
  // eslint-disable-next-line typescript/unbound-method -- is called with the session as `this`
  const { batch } = Session.prototype;
  jest.spyOn(Session.prototype, 'batch').mockImplementation(async function <
    Answers extends readonly unknown[],
  >(this: Session, statements: readonly Statement[]): Promise<Answers> {
    sent.push(...statements.map((statement) => statement.toSQL().toNative()));
    return (await batch.call(this, statements)) as Answers;
  });
  return sent;
}

/** Counts the index entries that the server reads for the statements. */
async function entriesRead(statements: readonly Sent[]): Promise<number> {
  const before = await readNexts();
  for (const { sql, bindings } of statements) await connection.query(sql, [...bindings]);
  return (await readNexts()) - before;
}

async function readNexts(): Promise<number> {
  const [rows] = await connection.query<RowDataPacket[]>("SHOW SESSION STATUS LIKE 'Handler_read_next'");
  return Number(rows[0]?.['Value']);
}

test('a count just after another one reads only the jobs behind the place that was counted', async () => {
  await fillQueue();
  const counted = await queued(otherProcess);
  const next = await queued(otherProcess);
  const sent = watchStatements();
  expect(await positionOf(store, counted.id)).toBe(JOBS + 1);

  sent.length = 0;
  expect(await store.countAhead([{ id: next.id, dueAt: next.createdAt }], undefined)).toEqual([JOBS + 1]);

  expect(sent.length).toBeGreaterThan(0);
  expect(await entriesRead(sent)).toBeLessThan(100);
});

test('the definitions of waiting jobs are found without reading the whole queue', async () => {
  await fillQueue();
  const first = await queued(otherProcess, { definition: 'other' });

  const sent = watchStatements();
  await store.countAhead([{ id: first.id, dueAt: first.createdAt }], undefined);

  const lookups = sent.filter(({ sql }) => sql.includes('MIN(definition)'));
  expect(lookups).toHaveLength(3); // two lookups find a definition, the third finds none
  expect(await entriesRead(lookups)).toBeLessThan(10);
});

test('jobs that the process accepts itself at the end of a long queue are counted without a statement', async () => {
  await fillQueue();
  await positionOf(store, (await queued(otherProcess)).id);
  const jobs = await Promise.all(times(3).map(() => queued(store)));

  const sent = watchStatements();
  const places = jobs.map(({ id, createdAt }) => ({ id, dueAt: createdAt }));
  const ahead = await store.countAhead(places, undefined);

  expect([...ahead].sort((a, b) => a - b)).toEqual([JOBS + 1, JOBS + 2, JOBS + 3]);
  expect(sent).toEqual([]);
});
