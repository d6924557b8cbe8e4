import type { Knex } from 'knex';
import { addColumn, dropColumn } from './steps/repeatable-steps.js';

/** The `X-Request-Id` of the request that made the job, so that the worker's log lines carry the same id. */
export async function up(knex: Knex): Promise<void> {
  await addColumn(knex, 'report_jobs', 'request_id', (table) => {
    table.string('request_id', 128).nullable().collate('ascii_bin');
  });
}

export async function down(knex: Knex): Promise<void> {
  await dropColumn(knex, 'report_jobs', 'request_id');
}
