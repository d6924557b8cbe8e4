import type { Knex } from 'knex';

/** The `X-Request-Id` that the job came with, so that the worker's log lines bear it. */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.alterTable('report_jobs', (table) => {
    table.string('request_id', 128).nullable().collate('ascii_bin');
  });
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.alterTable('report_jobs', (table) => {
    table.dropColumn('request_id');
  });
}
