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
      // The latest of a group by (completed_at, id): as text, a DATETIME(3) has 23 characters and sorts as the moment.
      const groups = failedJobs(knex, query)
        .select(
          knex.raw('COUNT(*) AS failures'),
          knex.raw('MIN(completed_at) AS first_seen_at, MAX(completed_at) AS last_seen_at'),
          knex.raw('MAX(CONCAT(completed_at, id)) AS latest'),
        )
        .groupBy('error_code', 'fingerprint')
        .orderBy([
          { column: 'failures', order: 'desc' },
          { column: 'latest', order: 'desc' },
        ]);
      return main.run(async (session) => {
        const rows = await session.rows<GroupRow>(groups);
        const samples = await findJobs(
          knex,
          session,
          rows.map(({ latest }) => latest.slice(23)),
        );
        const byId = new Map(samples.map((job) => [job.id, job]));
        return rows.flatMap((row) => {
          const sample = byId.get(row.latest.slice(23));
          // None when it was retried or deleted between the two statements.
          if (!sample?.failure) return [];
          const { code, message, fingerprint } = sample.failure;
          return {
            fingerprint,
            errorCode: code,
            message,
            count: row.failures,
            firstSeenAt: row.first_seen_at,
            lastSeenAt: row.last_seen_at,
            sample,
          };
        });
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

interface GroupRow {
  readonly failures: number;
  readonly first_seen_at: Date;
  readonly last_seen_at: Date;
  /** `2026-01-31 12:00:00.000` and the id. */
  readonly latest: string;
}
