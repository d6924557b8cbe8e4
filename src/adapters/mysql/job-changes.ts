import { randomUUID } from 'node:crypto';
import type { Knex } from 'knex';
import { ATTEMPT_ENDS } from '../../jobs/attempt-failure.js';
import type { ReportJob } from '../../jobs/job.js';
import type { Change, JobChanges } from '../../jobs/ports/job-store.js';
import { readJob } from './read-job.js';
import { ATTEMPTS, JOBS } from './job-row.js';
import type { Database } from './database.js';
import { mayOpenAnother, tooManyOpen } from './open-jobs.js';
import type { Session } from './session.js';

/** Cancel and retry, for requesters and operators. */
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
         SET ended_at = UTC_TIMESTAMP(3), error_code = 'CANCELED', error_message = :message
         WHERE job_id = :id AND ended_at IS NULL`,
        { id, message: ATTEMPT_ENDS.CANCELED },
      );
      let versionBefore: number | undefined;
      return main.transact(async (session, { uncertain }) => {
        const before = await readJob(knex, session, id);
        if (before === undefined) return undefined;
        versionBefore ??= before.version;
        const { affectedRows } = await session.change(cancel);
        if (affectedRows === 1) await session.change(closeAttempt);
        const job = await readJob(knex, session, id);
        const changedByLostTry = uncertain && job?.status === 'CANCELED' && job.version === versionBefore + 1;
        return toChange(affectedRows === 1 || changedByLostTry, job);
      });
    },

    async retry(id, { version, attempts, maxOpenJobs }) {
      const token = randomUUID();
      const retry = knex(JOBS)
        .where({ id, status: 'FAILED', version })
        .update(retriedColumns(knex, attempts, token));
      return main.transact(async (session, { uncertain }) => {
        const before = await readJob(knex, session, id);
        if (before === undefined) return undefined;
        if (maxOpenJobs !== undefined && before.status === 'FAILED') {
          const owner = { requestedBy: before.requestedBy, maxOpenJobs };
          if (!(await mayOpenAnother(knex, session, owner))) throw tooManyOpen(owner);
        }
        const { affectedRows } = await session.change(retry);
        const job = await readJob(knex, session, id);
        // A higher version alone does not prove that this retry was committed: another call may have retried the job
        // meanwhile.
        const changedByLostTry = uncertain && (await findRetriedBy(knex, session, [id], token)).length > 0;
        return toChange(affectedRows === 1 || changedByLostTry, job);
      });
    },
  };
}

/** The ids of the jobs whose latest retry was the call with this token. */
export async function findRetriedBy(
  knex: Knex,
  session: Session,
  ids: readonly string[],
  token: string,
): Promise<readonly string[]> {
  const rows = await session.rows<{ id: string }>(
    knex(JOBS).select('id').whereIn('id', ids).where({ retried_by: token }),
  );
  return rows.map(({ id }) => id);
}

/**
 * Columns that change a job from FAILED to QUEUED. The earlier attempts stay, and new attempts are numbered after them.
 * The new run may have up to `attempts` attempts.
 *
 * @param token identifies the call, so that its changes can be found when the answer to its COMMIT was lost
 */
export function retriedColumns(knex: Knex, attempts: number, token: string) {
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
    retried_by: token,
  };
}

function toChange(changed: boolean, job: ReportJob | undefined): Change | undefined {
  return job && { changed, job };
}
