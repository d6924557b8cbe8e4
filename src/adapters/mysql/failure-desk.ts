import type { BatchResult, FailedJobBatch, FailureDesk } from '../../reports/ports/job-store.js';
import { findJobs } from './find-job.js';
import { retried } from './job-changes.js';
import { JOB_COLUMNS, JOBS, toJob, type JobRow } from './job-row.js';
import { failedJobs } from './job-reader.js';
import type { Database } from './knex.js';
import type { Session } from './session.js';
import { deleteJobs } from './sweep-tables.js';

/** What operators do about failures. */
export function failureDesk({ knex, main }: Database): FailureDesk {
  return {
    async groupFailedJobs(query) {
      const inGroup = 'OVER (PARTITION BY error_code, fingerprint)';
      const ranked = failedJobs(knex, query)
        .select(JOB_COLUMNS)
        .select(
          knex.raw(`COUNT(*) ${inGroup} AS failures`),
          knex.raw(`MIN(completed_at) ${inGroup} AS first_seen_at`),
          knex.raw(`MAX(completed_at) ${inGroup} AS last_seen_at`),
          knex.raw(
            `ROW_NUMBER() OVER (PARTITION BY error_code, fingerprint
               ORDER BY completed_at DESC, id DESC) AS place`,
          ),
        );
      const latest = knex
        .select('*')
        .from(ranked.as('ranked'))
        .where({ place: 1 })
        .orderBy([
          { column: 'failures', order: 'desc' },
          { column: 'last_seen_at', order: 'desc' },
          { column: 'id', order: 'desc' },
        ]);
      return main.run(async (session) => {
        const rows = await session.rows<GroupRow>(latest);
        return rows.map((row) => ({
          fingerprint: row.fingerprint ?? '',
          errorCode: row.error_code ?? '',
          message: row.error_message ?? '',
          count: row.failures,
          firstSeenAt: row.first_seen_at,
          lastSeenAt: row.last_seen_at,
          sample: toJob(row),
        }));
      });
    },

    async retryFailedJobs({ attempts, ...batch }) {
      return changeBatch(batch, async (session, ids) => {
        await session.change(
          knex(JOBS).where({ status: 'FAILED' }).whereIn('id', ids).update(retried(knex, attempts)),
        );
        return findJobs(knex, session, ids);
      });
    },

    async deleteFailedJobs(batch) {
      return changeBatch(batch, async (session, ids) => {
        const jobs = await findJobs(knex, session, ids);
        await deleteJobs(knex, session, ids);
        return jobs;
      });
    },
  };

  /** Locks the jobs of a batch, oldest failure first, and hands them to `change`, which answers how they look. */
  async function changeBatch(
    { dryRun, limit, ...query }: FailedJobBatch,
    change: (session: Session, ids: readonly string[]) => Promise<BatchResult['jobs']>,
  ): Promise<BatchResult> {
    const matching = failedJobs(knex, query);
    const counted = matching.clone().count('* as jobs');
    const oldest = matching.clone().select(JOB_COLUMNS).orderBy(['completed_at', 'id']).limit(limit);
    if (dryRun) {
      return main.run(async (session) => ({
        matchedCount: (await session.first<{ jobs: number }>(counted))?.jobs ?? 0,
        affectedCount: 0,
        jobs: (await session.rows<JobRow>(oldest)).map(toJob),
      }));
    }
    let matchedCount = 0;
    let chosen: readonly JobRow[] = [];
    return main.transact(async (session, { uncertain }) => {
      if (uncertain && chosen.length > 0) {
        const jobs = await findChanged(session, chosen);
        if (jobs !== undefined) return { matchedCount, affectedCount: chosen.length, jobs };
      }
      matchedCount = (await session.first<{ jobs: number }>(counted))?.jobs ?? 0;
      chosen = await session.rows<JobRow>(oldest.clone().forUpdate());
      const ids = chosen.map(({ id }) => id);
      const jobs = ids.length === 0 ? [] : await change(session, ids);
      return { matchedCount, affectedCount: jobs.length, jobs };
    });
  }

  /** After a COMMIT without an answer: the jobs, if all of them were changed (or are gone), and so the batch was done. */
  async function findChanged(
    session: Session,
    chosen: readonly JobRow[],
  ): Promise<BatchResult['jobs'] | undefined> {
    const found = await findJobs(
      knex,
      session,
      chosen.map(({ id }) => id),
    );
    const versions = new Map(found.map((job) => [job.id, job.version]));
    const unchanged = chosen.some(({ id, version }) => versions.get(id) === version);
    if (unchanged) return undefined;
    return found.length > 0 ? found : chosen.map(toJob);
  }
}

interface GroupRow extends JobRow {
  readonly failures: number;
  readonly first_seen_at: Date;
  readonly last_seen_at: Date;
}
