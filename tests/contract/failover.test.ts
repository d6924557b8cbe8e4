/**
 * Tests a failover behind one address: the former primary still runs and is read-only, and new connections lead to
 * another server.
 */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { DatabaseHealth } from '../../src/adapters/mysql/database-health.js';
import { createDatabase, type Database } from '../../src/adapters/mysql/database.js';
import { createJobStore } from '../../src/adapters/mysql/mysql-job-store.js';
import type { JobStore } from '../../src/jobs/ports/job-store.js';
import { SILENT } from '../support/silent-logger.js';
import { createDatabaseProxy, type DatabaseProxy } from './database-proxy.js';
import { startDatabaseServer, type DatabaseServer } from './database-server.js';
import { request, times } from './job-store/material.js';
import { migrateDatabase } from '../support/migrated-database.js';
import { underLoad } from '../support/waiting.js';

let former: DatabaseServer;
let next: DatabaseServer;
/** Gives both servers one address. */
let proxy: DatabaseProxy;
let database: Database;
let store: JobStore;

const ACCOUNT = "CREATE USER service@'127.0.0.1' IDENTIFIED BY 'service'";
const RIGHTS = "GRANT ALL ON posts_report.* TO service@'127.0.0.1'";

beforeAll(async () => {
  [former, next] = await Promise.all([startDatabaseServer(), startDatabaseServer()]);
  for (const server of [former, next]) {
    await migrateDatabase(server.url);
    await server.change(ACCOUNT, RIGHTS);
  }
  proxy = await createDatabaseProxy(former.url.replace(/owner:[^@]*@/, 'service:service@'));
  database = createDatabase(proxy.url);
  store = createJobStore(database);
});
afterAll(async () => {
  await database?.close();
  await proxy?.close();
  await Promise.all([former?.close(), next?.close()]);
});

test('ends with the next connection: nothing is accepted before that, and nothing that was accepted is lost', async () => {
  const health = new DatabaseHealth(database, SILENT);
  // Opens as many connections as the pools have, all to the former primary.
  await Promise.all([...times(20).map(() => store.now()), health.check(), database.ping()]);

  await former.change('SET GLOBAL read_only = 1');
  const refused = await Promise.allSettled(times(20).map(() => store.accept(request())));
  for (const outcome of refused)
    expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'SERVICE_UNAVAILABLE' } });
  expect(await health.check()).toBe('read-only');
  await Promise.all(times(20).map(() => store.now()));

  proxy.leadTo(next.url);
  const switchedAt = performance.now();
  const asked = times(20).map(() => request());
  const accepted = await Promise.all(asked.map((one) => store.accept(one)));

  expect(performance.now() - switchedAt).toBeLessThan(underLoad(5000));
  expect(accepted.map(({ outcome }) => outcome)).toEqual(asked.map(() => 'created'));
  expect(await health.check()).toBe('up');
  // Reads go to the new primary as well: the pools keep no connection to the former primary.
  const found = await Promise.all(asked.map(({ id }) => store.find(id)));
  expect(found.map((job) => job?.id)).toEqual(asked.map(({ id }) => id));
});
