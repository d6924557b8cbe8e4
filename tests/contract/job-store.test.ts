import { createDatabase, type Database, type DatabaseOptions } from '../../src/adapters/mysql/knex.js';
import { createJobStore } from '../../src/adapters/mysql/mysql-job-store.js';
import { MemoryJobStore } from '../fakes/memory-job-store.js';
import { jobStoreContract, type JobStoreHarness } from './job-store.contract.js';
import { createMigratedDatabase } from './migrated-database.js';

jobStoreContract('MemoryJobStore', async () => {
  let ahead = 0;
  const clock = () => new Date(Date.now() + ahead);
  let store = new MemoryJobStore({ clock });
  return {
    get store() {
      return store;
    },
    letTimePass: async (milliseconds) => void (ahead += milliseconds),
    empty: async () => void (store = new MemoryJobStore({ clock })),
    close: async () => {},
  };
});

for (const multipleStatements of [false, true]) {
  const messages = multipleStatements ? 'several statements' : 'one statement';
  jobStoreContract(`MySQL, ${messages} in a message`, () => onMySql({ multipleStatements }));
}

async function onMySql(options: DatabaseOptions): Promise<JobStoreHarness> {
  const own = await createMigratedDatabase();
  const database = createDatabase(own.url, options);
  return {
    store: createJobStore(database),
    letTimePass: (milliseconds) => letTimePass(database, milliseconds),
    empty: () => empty(database),
    async close() {
      await database.close();
      await own.drop();
    },
  };
}

const TIMES: Readonly<Record<string, readonly string[]>> = {
  report_jobs: [
    'created_at',
    'due_at',
    'sent_at',
    'lease_until',
    'started_at',
    'completed_at',
    'as_of',
    'expires_at',
  ],
  report_job_attempts: ['started_at', 'ended_at'],
  report_results: ['expires_at'],
  idempotency_keys: ['created_at'],
  report_workers: ['seen_at'],
};

/** The server's clock cannot be moved, so that everything it has stamped moves into the past. */
async function letTimePass({ knex, main }: Database, milliseconds: number): Promise<void> {
  for (const [table, columns] of Object.entries(TIMES)) {
    const earlier = columns.map((column) => [
      column,
      knex.raw('?? - INTERVAL ? MICROSECOND', [column, milliseconds * 1000]),
    ]);
    await main.run((session) => session.change(knex(table).update(Object.fromEntries(earlier))));
  }
}

async function empty({ knex, main }: Database): Promise<void> {
  for (const table of Object.keys(TIMES)) await main.run((session) => session.change(knex(table).delete()));
}
