import { ConnectionAges } from './connection-ages.js';
import { ConnectionPool, type ConnectionOptions } from './connection-pool.js';
import { isMissingTable } from './database-errors.js';
import type { Knex } from 'knex';

/** The newest file of `migrations/`; a test compares the two. */
export const LATEST_MIGRATION = '20261201210000_open_jobs_of_requester.ts';

export interface DatabaseOptions extends Omit<ConnectionOptions, 'ages'> {
  /** The maximum number of connections, not counting the connections of `leases`. */
  readonly connections?: number;
}

/** The service's database, opened once per process (and thread). It connects on first use. */
export interface Database {
  /** Builds statements; they run on `main` or `leases`. */
  readonly knex: Knex;
  readonly main: ConnectionPool;
  /** For heartbeats and for ending queries, which must not wait when all connections of `main` are in use. */
  readonly leases: ConnectionPool;
  /** Resolves when the database answers. */
  ping(): Promise<void>;
  /** Whether the tables of this version exist. */
  isMigrated(): Promise<boolean>;
  close(): Promise<void>;
}

/** @throws Error when the address cannot be parsed */
export function createDatabase(
  url: string,
  { connections = 10, rowBytes = false, multipleStatements = false }: DatabaseOptions = {},
): Database {
  const ages = new ConnectionAges();
  const main = new ConnectionPool(url, connections, { rowBytes, multipleStatements, ages });
  const leases = new ConnectionPool(url, 2, { multipleStatements, ages });
  const { knex } = main;
  return {
    knex,
    main,
    leases,
    async ping() {
      await leases.run((session) => session.rows(knex.raw('SELECT 1')));
    },
    async isMigrated() {
      const latest = knex('knex_migrations').select('id').where({ name: LATEST_MIGRATION });
      return leases.run(async (session) => {
        try {
          return (await session.first(latest)) !== undefined;
        } catch (error) {
          if (isMissingTable(error)) return false;
          throw error;
        }
      });
    },
    async close() {
      await Promise.all([main.close(), leases.close()]);
    },
  };
}
