import type { Claim, ReportJob } from '../../jobs/job.js';
import type { JobAttempts } from '../../jobs/ports/job-store.js';
import type { Report } from '../../reports/report.js';
import { closeAttempt, failUnlessSucceeded, updateClaimed } from './attempt-end.js';
import { isDuplicateKey } from './database-errors.js';
import { readJob, selectJob } from './read-job.js';
import { toJob, type JobRow, type SavedTotals } from './job-row.js';
import type { Database } from './database.js';
import { saveResult } from './save-result.js';
import type { Session } from './session.js';

/** A million users are saved in two seconds; this leaves time for five million on a busy server. */
const SAVE_DEADLINE_MS = 60_000;

/** RUNNING → SUCCEEDED, in one transaction with the result. */
export function succeedJob({ knex, main }: Database): Pick<JobAttempts, 'succeed'> {
  return {
    async succeed(claim, report, { resultTtlSeconds }) {
      try {
        return await main.transact((session) => save(session, claim, report, resultTtlSeconds), {
          deadlineMs: SAVE_DEADLINE_MS,
        });
      } catch (error) {
        // Either the claim is no longer valid, or an earlier try was committed and its answer was lost.
        if (!isDuplicateKey(error)) throw error;
        const job = await main.run((session) => readJob(knex, session, claim.id));
        return job?.epoch === claim.epoch && job.status === 'SUCCEEDED' ? job : undefined;
      }
    },
  };

  /** Writes the result before the job's row, so that heartbeats wait for the row's lock only a moment. */
  async function save(
    session: Session,
    claim: Claim,
    report: Report,
    resultTtlSeconds: number,
  ): Promise<ReportJob | undefined> {
    const lastPart = await saveResult(knex, session, claim, report.table, resultTtlSeconds);
    const answers = await session.commit<readonly unknown[]>([
      ...lastPart,
      markSucceeded(claim, report, resultTtlSeconds),
      failUnlessSucceeded(knex, claim),
      closeAttempt(knex, claim, null),
      selectJob(knex, claim.id),
    ]);
    const [row] = answers.at(-1) as readonly [JobRow?];
    return row && toJob(row);
  }

  function markSucceeded(claim: Claim, { summary, processedRows }: Report, resultTtlSeconds: number) {
    const { rowCount, totals, asOf, durationMs } = summary;
    const saved: SavedTotals = { rowCount, totals };
    return updateClaimed(
      knex,
      claim,
      knex.raw(
        `status = 'SUCCEEDED', version = version + 1, coalesce_key = NULL, lease_until = NULL,
         completed_at = UTC_TIMESTAMP(3), expires_at = UTC_TIMESTAMP(3) + INTERVAL :resultTtlSeconds SECOND,
         processed_posts = :processedRows, total_posts = :processedRows, percent = 100,
         totals = :totals, as_of = :asOf, duration_ms = :durationMs,
         error_code = NULL, error_message = NULL, fingerprint = NULL`,
        { processedRows, totals: JSON.stringify(saved), asOf, durationMs, resultTtlSeconds },
      ),
    );
  }
}
