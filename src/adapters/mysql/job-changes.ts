import type { Knex } from 'knex';
import type { ReportJob } from '../../reports/job.js';
import type { Change, JobChanges } from '../../reports/ports/job-store.js';
import { findJob } from './find-job.js';
import { ATTEMPTS, JOBS } from './job-row.js';
import type { Database } from './knex.js';

/** What requesters and operators change. */
export function jobChanges({ knex, main }: Database): JobChanges {
  return {
    async cancel(id) {
      const cancel = knex.raw(
        `UPDATE ${JOBS}
         SET status = 'CANCELED', version = version + 1, completed_at = UTC_TIMESTAMP(3), coalesce_key = NULL,
           due_at = NULL, sent_at = NULL, lease_until = NULL,
           error_code = NULL, error_message = NULL, fingerprint = NULL
         WHERE id = :id AND status IN ('QUEUED', 'RETRYING', 'RUNNING')`,
        { id },
      );
      const closeAttempt = knex.raw(
        `UPDATE ${ATTEMPTS}
         SET ended_at = UTC_TIMESTAMP(3), error_code = 'CANCELED', error_message = 'The job was canceled.'
         WHERE job_id = :id AND ended_at IS NULL`,
        { id },
      );
      let versionBefore: number | undefined;
      return main.transact(async (session, { uncertain }) => {
        const before = await findJob(knex, session, id);
        if (before === undefined) return undefined;
        versionBefore ??= before.version;
        const { affectedRows } = await session.change(cancel);
        if (affectedRows === 1) await session.change(closeAttempt);
        const job = await findJob(knex, session, id);
        const changedUnheard = uncertain && job?.status === 'CANCELED' && job.version === versionBefore + 1;
        return toChange(affectedRows === 1 || changedUnheard, job);
      });
    },

    async retry(id, { version, attempts }) {
      const retry = knex(JOBS).where({ id, status: 'FAILED', version }).update(retried(knex, attempts));
      return main.transact(async (session, { uncertain }) => {
        const before = await findJob(knex, session, id);
        if (before === undefined) return undefined;
        const { affectedRows } = await session.change(retry);
        const job = await findJob(knex, session, id);
        const changedUnheard = uncertain && job !== undefined && job.version > version;
        return toChange(affectedRows === 1 || changedUnheard, job);
      });
    },
  };
}

/** FAILED → QUEUED. Attempts are kept and numbered on; the run has `attempts` of its own. */
export function retried(knex: Knex, attempts: number) {
  const now = knex.raw('UTC_TIMESTAMP(3)');
  return {
    status: 'QUEUED',
    version: knex.raw('version + 1'),
    due_at: now,
    sent_at: now,
    max_attempts: knex.raw('attempt_count + ?', [attempts]),
    attempts_before_run: knex.ref('attempt_count'),
    completed_at: null,
    error_code: null,
    error_message: null,
    fingerprint: null,
    processed_posts: 0,
    total_posts: null,
    percent: null,
  };
}

function toChange(changed: boolean, job: ReportJob | undefined): Change | undefined {
  return job && { changed, job };
}
