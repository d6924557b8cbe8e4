import type { Claim, ReportJob } from '../../reports/job.js';
import type { JobAttempts } from '../../reports/ports/job-store.js';
import type { Report } from '../../reports/report.js';
import { closeAttempt, updateClaimed } from './attempt-end.js';
import { isDuplicateKey } from './database-errors.js';
import { findJob } from './find-job.js';
import type { Database } from './knex.js';
import { saveResult } from './save-result.js';
import type { Session } from './session.js';

/** A million users are saved in two seconds; five million on a busy server must get through, too. */
const SAVE_DEADLINE_MS = 60_000;

/** RUNNING → SUCCEEDED, in one transaction with the result. */
export function succeedJob({ knex, main }: Database): Pick<JobAttempts, 'succeed'> {
  return {
    async succeed(claim, report, { resultTtlSeconds }) {
      const save = async (session: Session): Promise<ReportJob | undefined> => {
        const before = await findJob(knex, session, claim.id);
        if (before?.epoch !== claim.epoch) return undefined;
        // Written before; the answer was lost.
        if (before.status === 'SUCCEEDED') return before;
        if (before.status !== 'RUNNING') return undefined;
        // The result first: the job's row is locked for a moment only, and a heartbeat does not wait for megabytes.
        await saveResult(knex, session, claim, report.table, resultTtlSeconds);
        const { affectedRows } = await session.change(markSucceeded(claim, report, resultTtlSeconds));
        if (affectedRows === 0) throw new FencedError();
        await closeAttempt(knex, session, claim, null);
        return findJob(knex, session, claim.id);
      };
      try {
        return await main.transact(save, { deadlineMs: SAVE_DEADLINE_MS });
      } catch (error) {
        // A duplicate is our own part of an earlier try, whose COMMIT arrived in the meantime.
        if (!(error instanceof FencedError) && !isDuplicateKey(error)) throw error;
        const job = await main.run((session) => findJob(knex, session, claim.id));
        return job?.epoch === claim.epoch && job.status === 'SUCCEEDED' ? job : undefined;
      }
    },
  };

  function markSucceeded(claim: Claim, { summary }: Report, resultTtlSeconds: number) {
    return updateClaimed(
      knex,
      claim,
      knex.raw(
        `status = 'SUCCEEDED', version = version + 1, coalesce_key = NULL, lease_until = NULL,
         completed_at = UTC_TIMESTAMP(3), expires_at = UTC_TIMESTAMP(3) + INTERVAL :resultTtlSeconds SECOND,
         processed_posts = :totalPosts, total_posts = :totalPosts, percent = 100,
         total_users = :totalUsers, total_words = :totalWords, as_of = :asOf, duration_ms = :durationMs,
         error_code = NULL, error_message = NULL, fingerprint = NULL`,
        { ...summary, resultTtlSeconds },
      ),
    );
  }
}

/** The claim is no longer valid: rolls the transaction back. */
class FencedError extends Error {}
