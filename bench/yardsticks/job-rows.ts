import knexModule from 'knex';
import { databaseUrl } from '../contestant-module.js';

/**
 * The records of a job, each committed before the next step: before the request is answered, before the report begins,
 * and before a subscriber is notified of the end.
 */
export interface JobRows {
  insert(id: string): Promise<unknown>;
  start(id: string): Promise<unknown>;
  succeed(id: string, report: unknown): Promise<unknown>;
}

const TABLE = 'bench_jobs';

/**
 * The fewest commits that record a job: a row, and three commits of one short statement each. No statement checks the
 * status before it changes the row.
 */
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
