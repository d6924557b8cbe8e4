import { createDatabase, type DatabaseOptions } from '../../src/adapters/mysql/database.js';
import { createJobStore } from '../../src/adapters/mysql/mysql-job-store.js';
import { emptyTables, letTimePass } from '../support/job-tables.js';
import { createMigratedDatabase } from '../support/migrated-database.js';
import { jobStoreContract } from './job-store.contract.js';
import type { JobStoreHarness } from './job-store/harness.js';

for (const multipleStatements of [false, true]) {
  const messages = multipleStatements ? 'several statements' : 'one statement';
  jobStoreContract(`MySQL, ${messages} in a message`, () => onMySql({ multipleStatements }));
}

async function onMySql(options: DatabaseOptions): Promise<JobStoreHarness> {
  const own = await createMigratedDatabase();
  const database = createDatabase(own.url, options);
  return {
    store: createJobStore(database),
    otherProcess: () => createJobStore(database),
    letTimePass: (milliseconds) => letTimePass(database, milliseconds),
    empty: () => emptyTables(database),
    async close() {
      await database.close();
      await own.drop();
    },
  };
}
