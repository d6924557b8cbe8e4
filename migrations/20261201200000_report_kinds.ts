import type { Knex } from 'knex';

/** Of the report over posts as it was when it was the only one: whatever is stored belongs to it. */
const POSTS_DEFINITION = '3af46fc70b0c7891f5dcf233a9452df367b1d4ef01c9b46dd3051005359cbecb';

/**
 * Jobs of several reports: each names the definition that it was requested under, and indexes that find work begin with
 * status and definition, since a claim locks whatever it passes over. Totals become one column, whatever they are.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.alterTable('report_jobs', (table) => {
    table.string('definition', 64).notNullable().collate('ascii_bin').defaultTo(POSTS_DEFINITION);
    table.text('totals').nullable();
  });
  await knex.raw(
    `UPDATE report_jobs
     SET totals = CONCAT('{"rowCount":', total_users, ',"totals":{"totalWords":', total_words,
       ',"totalPosts":', total_posts, '}}')
     WHERE total_users IS NOT NULL`,
  );
  await knex.schema.alterTable('report_jobs', (table) => {
    table.dropColumns('total_users', 'total_words');
    table.dropIndex([], 'report_jobs_due');
    table.dropIndex([], 'report_jobs_to_send');
    table.index(['status', 'definition', 'due_at', 'id'], 'report_jobs_due');
    table.index(['status', 'definition', 'sent_at', 'due_at'], 'report_jobs_to_send');
    table.index(['kind', 'created_at', 'id'], 'report_jobs_newest_of_kind');
  });
  await knex.schema.alterTable('report_workers', (table) => {
    // Fingerprints of the definitions that the worker knows, joined by commas.
    table.text('definitions').nullable();
  });
  await knex.schema.alterTable('report_results', (table) => {
    table.string('ordering', 128).notNullable().collate('ascii_bin').alter();
  });
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.alterTable('report_results', (table) => {
    table.string('ordering', 16).notNullable().collate('ascii_bin').alter();
  });
  await knex.schema.alterTable('report_workers', (table) => {
    table.dropColumn('definitions');
  });
  await knex.schema.alterTable('report_jobs', (table) => {
    table.bigInteger('total_users').unsigned().nullable();
    table.bigInteger('total_words').unsigned().nullable();
    table.dropIndex([], 'report_jobs_due');
    table.dropIndex([], 'report_jobs_to_send');
    table.dropIndex([], 'report_jobs_newest_of_kind');
    table.index(['status', 'due_at', 'id'], 'report_jobs_due');
    table.index(['status', 'sent_at', 'due_at'], 'report_jobs_to_send');
  });
  await knex.raw(
    `UPDATE report_jobs
     SET total_users = JSON_VALUE(totals, '$.rowCount'), total_words = JSON_VALUE(totals, '$.totals.totalWords')
     WHERE totals IS NOT NULL`,
  );
  await knex.schema.alterTable('report_jobs', (table) => {
    table.dropColumns('definition', 'totals');
  });
}
