import type { Knex } from 'knex';
import { ATTEMPT_ENDS } from '../../jobs/attempt-failure.js';
import { failureFingerprint } from '../../jobs/failure-fingerprint.js';
import type { AttemptErrorCode } from '../../reports/errors.js';
import type { Claim, JobFailure, ReportJob } from '../../jobs/job.js';
import { readJob } from './read-job.js';
import { ATTEMPTS, JOBS } from './job-row.js';
import type { Session, Statement } from './session.js';

const LONGEST_MESSAGE = 4000;
const LONGEST_STACK = 16_000;

/** The failure of an attempt whose worker stopped renewing its lease. */
export const WORKER_LOST: JobFailure = {
  code: 'WORKER_LOST',
  message: ATTEMPT_ENDS.WORKER_LOST,
  fingerprint: failureFingerprint('WORKER_LOST', ATTEMPT_ENDS.WORKER_LOST),
};

/**
 * SQL assignments that end a failed attempt: RUNNING → RETRYING, or RUNNING → FAILED when no attempt is left or
 * `retryInMs` is null. In MySQL an assignment sees the new values of the columns to its left, so no assignment reads a
 * column that an earlier assignment changes.
 */
export function failedColumns(knex: Knex, failure: JobFailure, retryInMs: number | null): Knex.Raw {
  const final = retryInMs === null ? 'TRUE' : 'attempt_count >= max_attempts';
  return knex.raw(
    `status = IF(${final}, 'FAILED', 'RETRYING'), version = version + 1,
     completed_at = IF(${final}, UTC_TIMESTAMP(3), NULL),
     coalesce_key = IF(${final}, NULL, coalesce_key),
     due_at = IF(${final}, NULL, UTC_TIMESTAMP(3) + INTERVAL :retryInMicros MICROSECOND),
     sent_at = NULL, lease_until = NULL,
     error_code = :code, error_message = :message, fingerprint = :fingerprint`,
    {
      retryInMicros: Math.round((retryInMs ?? 0) * 1000),
      code: failure.code,
      message: shortened(failure.message, LONGEST_MESSAGE),
      fingerprint: failure.fingerprint,
    },
  );
}

export interface AttemptEnd {
  readonly code: AttemptErrorCode;
  readonly message: string | null;
  readonly stack: string | null;
}

/** Ends the attempt of a claim. An `end` of null means success. */
export function closeAttempt(knex: Knex, claim: Claim, end: AttemptEnd | null): Statement {
  const { code, message, stack } = end ?? { code: null, message: null, stack: null };
  return knex(ATTEMPTS)
    .where({ job_id: claim.id, number: claim.epoch })
    .whereNull('ended_at')
    .update({
      ended_at: knex.raw('UTC_TIMESTAMP(3)'),
      error_code: code,
      error_message: message && shortened(message, LONGEST_MESSAGE),
      stack: stack && shortened(stack, LONGEST_STACK),
    });
}

/**
 * Returns the job if an earlier try of this write has ended the attempt and the answer to that try was lost. Otherwise
 * returns undefined. The attempt's row is compared, because the job's row may have changed since then.
 */
export async function findEnded(
  knex: Knex,
  session: Session,
  claim: Claim,
  end: AttemptEnd,
): Promise<ReportJob | undefined> {
  const attempt = await session.first<{ error_code: string | null; error_message: string | null }>(
    knex(ATTEMPTS)
      .select('error_code', 'error_message')
      .where({ job_id: claim.id, number: claim.epoch })
      .whereNotNull('ended_at'),
  );
  const message = end.message && shortened(end.message, LONGEST_MESSAGE);
  if (attempt?.error_code !== end.code || attempt.error_message !== message) return undefined;
  return readJob(knex, session, claim.id);
}

/** Builds an UPDATE that changes the job only while the claim is valid. */
export function updateClaimed(knex: Knex, claim: Claim, assignments: Knex.Raw): Knex.Raw {
  return knex.raw(`UPDATE ${JOBS} SET ? WHERE id = ? AND epoch = ? AND status = 'RUNNING'`, [
    assignments,
    claim.id,
    claim.epoch,
  ]);
}

/**
 * Inserts one key twice unless the claim's job is SUCCEEDED. At the duplicate key error the server stops, and does not
 * execute the statements that follow in the same message, such as COMMIT.
 */
export function failUnlessSucceeded(knex: Knex, { id, epoch }: Claim): Statement {
  return knex.raw(
    `INSERT INTO ${ATTEMPTS} (job_id, number, worker, started_at)
     SELECT '', 0, '', UTC_TIMESTAMP(3) FROM (SELECT 1 AS one UNION ALL SELECT 1) AS twice
     WHERE NOT EXISTS (SELECT 1 FROM ${JOBS} WHERE id = :id AND epoch = :epoch AND status = 'SUCCEEDED')`,
    { id, epoch },
  );
}

/** Cuts the text to `length` UTF-16 units, without half a surrogate pair at the end. */
function shortened(text: string, length: number): string {
  return text.length <= length ? text : text.slice(0, length).replace(/[\uD800-\uDBFF]$/, '');
}
