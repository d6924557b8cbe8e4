import { createDatabase } from '../../src/adapters/mysql/database.js';
import { createJobStore } from '../../src/adapters/mysql/mysql-job-store.js';
import { createResultStore } from '../../src/adapters/mysql/mysql-result-store.js';
import { createMigratedDatabase } from '../support/migrated-database.js';
import { resultStoreContract } from './result-store.contract.js';

resultStoreContract('MySQL', async () => {
  const own = await createMigratedDatabase();
  const database = createDatabase(own.url);
  return {
    jobs: createJobStore(database),
    results: createResultStore(database),
    async close() {
      await database.close();
      await own.drop();
    },
  };
});
