import type { Knex } from 'knex';
import { addColumn, addIndex, dropColumn, dropIndex } from './steps/repeatable-steps.js';

/**
 * The fingerprint of the `posts` definition. Before this migration `posts` was the only report, so every stored row
 * gets this fingerprint.
 */
const POSTS_DEFINITION = '3af46fc70b0c7891f5dcf233a9452df367b1d4ef01c9b46dd3051005359cbecb';

const JOBS = 'report_jobs';

/**
 * Prepares the tables for several reports. Each job stores the fingerprint of its report's definition. The indexes by
 * which workers find jobs begin with status and definition, because a claim locks every row that it scans. One column
 * holds all totals.
 */
export async function up(knex: Knex): Promise<void> {
  await addColumn(knex, JOBS, 'definition', (table) => {
    table.string('definition', 64).notNullable().collate('ascii_bin').defaultTo(POSTS_DEFINITION);
  });
  await addColumn(knex, JOBS, 'totals', (table) => void table.text('totals').nullable());
  if (await knex.schema.hasColumn(JOBS, 'total_words')) {
    await knex.raw(
      `UPDATE ${JOBS}
       SET totals = CONCAT('{"rowCount":', total_users, ',"totals":{"totalWords":', total_words,
         ',"totalPosts":', total_posts, '}}')
       WHERE total_users IS NOT NULL`,
    );
  }
  await dropColumn(knex, JOBS, 'total_words');
  await dropColumn(knex, JOBS, 'total_users');
  await addIndex(knex, JOBS, 'report_jobs_waiting', ['status', 'definition', 'due_at', 'id']);
  await addIndex(knex, JOBS, 'report_jobs_unsent', ['status', 'definition', 'sent_at', 'due_at']);
  await addIndex(knex, JOBS, 'report_jobs_newest_of_kind', ['kind', 'created_at', 'id']);
  await dropIndex(knex, JOBS, 'report_jobs_due');
  await dropIndex(knex, JOBS, 'report_jobs_to_send');
  // Fingerprints of the definitions that the worker knows, joined by commas.
  await addColumn(knex, 'report_workers', 'definitions', (table) => {
    table.text('definitions').nullable();
  });
  await resizeOrdering(knex, 128);
}

export async function down(knex: Knex): Promise<void> {
  await knex('report_results').whereRaw('LENGTH(ordering) > 16').delete();
  await resizeOrdering(knex, 16);
  await dropColumn(knex, 'report_workers', 'definitions');
  await addIndex(knex, JOBS, 'report_jobs_due', ['status', 'due_at', 'id']);
  await addIndex(knex, JOBS, 'report_jobs_to_send', ['status', 'sent_at', 'due_at']);
  await dropIndex(knex, JOBS, 'report_jobs_waiting');
  await dropIndex(knex, JOBS, 'report_jobs_unsent');
  await dropIndex(knex, JOBS, 'report_jobs_newest_of_kind');
  for (const column of ['total_users', 'total_words']) {
    await addColumn(knex, JOBS, column, (table) => void table.bigInteger(column).unsigned().nullable());
  }
  if (await knex.schema.hasColumn(JOBS, 'totals')) {
    await knex.raw(
      `UPDATE ${JOBS}
       SET total_users = JSON_VALUE(totals, '$.rowCount'), total_words = JSON_VALUE(totals, '$.totals.totalWords')
       WHERE totals IS NOT NULL`,
    );
  }
  await dropColumn(knex, JOBS, 'totals');
  await dropColumn(knex, JOBS, 'definition');
}

/** `ordering` holds the name of a sort order, which contains the name of a report's column. */
async function resizeOrdering(knex: Knex, length: number): Promise<void> {
  await knex.schema.alterTable('report_results', (table) => {
    table.string('ordering', length).notNullable().collate('ascii_bin').alter();
  });
}
