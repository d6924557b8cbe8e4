import type { Knex } from 'knex';
import { addIndex, dropIndex } from './steps/repeatable-steps.js';

/**
 * Answers how many jobs a requester has open (`completed_at` is null) without reading rows. An entry changes when its job
 * ends, and not when it is claimed or retried.
 */
export async function up(knex: Knex): Promise<void> {
  await addIndex(knex, 'report_jobs', 'report_jobs_open_of_requester', ['requested_by', 'completed_at']);
}

export async function down(knex: Knex): Promise<void> {
  await dropIndex(knex, 'report_jobs', 'report_jobs_open_of_requester');
}
