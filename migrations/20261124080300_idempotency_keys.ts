import type { Knex } from 'knex';
import { createTable, dropTable } from './steps/repeatable-steps.js';

/** The job that belongs to each idempotency key of a requester. Rows are kept for 24 hours. */
export async function up(knex: Knex): Promise<void> {
  await createTable(knex, 'idempotency_keys', (table) => {
    table.string('requested_by', 255).notNullable().collate('utf8mb4_bin');
    table.string('key', 255).notNullable().collate('ascii_bin');
    table.string('filter_hash', 64).notNullable().collate('ascii_bin');
    table.string('job_id', 26).notNullable().collate('ascii_bin').index('idempotency_keys_job');
    table.datetime('created_at', { precision: 3 }).notNullable().index('idempotency_keys_age');
    table.primary(['requested_by', 'key']);
  });
}

export async function down(knex: Knex): Promise<void> {
  await dropTable(knex, 'idempotency_keys');
}
