import knexModule from 'knex';
import { databaseUrl } from '../contestant-module.js';

/**
 * The rows that have to be on disk before a request is answered, a report begins, or a subscriber is notified of its
 * end.
 */
export interface JobRows {
  insert(id: string): Promise<unknown>;
  start(id: string): Promise<unknown>;
  succeed(id: string, report: unknown): Promise<unknown>;
}

const TABLE = 'bench_jobs';

/** The minimum for a job's record: a row with three commits of one short statement each, without guards. */
export async function jobRows(): Promise<JobRows> {
  const knex = knexModule.knex({ client: 'mysql2', connection: databaseUrl() });
  await knex.raw(
    `CREATE TABLE IF NOT EXISTS ${TABLE} (id CHAR(26) PRIMARY KEY, status VARCHAR(10), report MEDIUMTEXT)`,
  );
  return {
    insert: (id) => knex(TABLE).insert({ id, status: 'QUEUED' }),
    start: (id) => knex(TABLE).where({ id }).update({ status: 'RUNNING' }),
    succeed: (id, report) =>
      knex(TABLE)
        .where({ id })
        .update({ status: 'SUCCEEDED', report: JSON.stringify(report) }),
  };
}

export function noJobRows(): JobRows {
  const nothing = async () => {};
  return { insert: nothing, start: nothing, succeed: nothing };
}
