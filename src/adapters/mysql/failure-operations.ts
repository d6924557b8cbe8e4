import { randomUUID } from 'node:crypto';
import type { BatchResult, FailedJobBatch, FailureOperations } from '../../jobs/ports/job-store.js';
import { readJobs } from './read-job.js';
import { findRetriedBy, retriedColumns } from './job-changes.js';
import { failedJobs } from './job-lists.js';
import { JOB_COLUMNS, JOBS, toJob, type JobRow } from './job-row.js';
import type { Database } from './database.js';
import type { Session } from './session.js';
import { deleteJobs } from './sweep-tables.js';

/** Groups, retries and deletes failed jobs, for operators. */
export function failureOperations({ knex, main }: Database): FailureOperations {
  return {
    async groupFailedJobs({ limit, ...query }) {
      // The maximum of (completed_at, id) as one text: a DATETIME(3) has 23 characters and sorts in order of time.
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
        ])
        .limit(limit);
      return main.run(async (session) => {
        const rows = await session.rows<GroupRow>(groups);
        const samples = await readJobs(
          knex,
          session,
          rows.map(({ latest }) => latest.slice(23)),
        );
        const byId = new Map(samples.map((job) => [job.id, job]));
        return rows.flatMap((row) => {
          const sample = byId.get(row.latest.slice(23));
          // The group's sample job was retried or deleted after the groups were read.
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
      const token = randomUUID();
      return changeBatch(batch, {
        async change(session, ids) {
          await session.change(
            knex(JOBS)
              .where({ status: 'FAILED' })
              .whereIn('id', ids)
              .update(retriedColumns(knex, attempts, token)),
          );
          return readJobs(knex, session, ids);
        },
        async findDone(session, chosen) {
          // The retry is one transaction: when one job has the token, all jobs were retried.
          const ids = chosen.map(({ id }) => id);
          const own = await findRetriedBy(knex, session, ids, token);
          return own.length === 0 ? undefined : readJobs(knex, session, ids);
        },
      });
    },

    async deleteFailedJobs(batch) {
      return changeBatch(batch, {
        async change(session, ids) {
          const jobs = await readJobs(knex, session, ids);
          await deleteJobs(knex, session, ids);
          return jobs;
        },
        async findDone(session, chosen) {
          const ids = chosen.map(({ id }) => id);
          return (await readJobs(knex, session, ids)).length === 0 ? chosen.map(toJob) : undefined;
        },
      });
    },
  };

  /** Locks the jobs of a batch, oldest failure first, and changes them. */
  async function changeBatch(
    { dryRun, limit, ...query }: FailedJobBatch,
    { change, findDone }: BatchChange,
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
        const jobs = await findDone(session, chosen);
        if (jobs !== undefined) return { matchedCount, affectedCount: chosen.length, jobs };
      }
      matchedCount = (await session.first<{ jobs: number }>(counted))?.jobs ?? 0;
      chosen = await session.rows<JobRow>(oldest.clone().forUpdate());
      const ids = chosen.map(({ id }) => id);
      const jobs = ids.length === 0 ? [] : await change(session, ids);
      return { matchedCount, affectedCount: jobs.length, jobs };
    });
  }
}

interface BatchChange {
  /** Resolves with the jobs as they are afterwards, or as they were before they were deleted. */
  readonly change: (session: Session, ids: readonly string[]) => Promise<BatchResult['jobs']>;
  /**
   * Called when the answer to a COMMIT was lost. Resolves with the same value as `change` if the transaction was
   * committed, else with undefined.
   */
  readonly findDone: (
    session: Session,
    chosen: readonly JobRow[],
  ) => Promise<BatchResult['jobs'] | undefined>;
}

interface GroupRow {
  readonly failures: number;
  readonly first_seen_at: Date;
  readonly last_seen_at: Date;
  /** The time of the latest failure, such as `2026-01-31 12:00:00.000`, followed by the id of its job. */
  readonly latest: string;
}
