import {
  BadInputError,
  ResultTooLargeError,
  ServiceUnavailableError,
  SourceMismatchError,
  TimeoutError,
  type AttemptErrorCode,
} from '../reports/errors.js';
import type { JobAttempt } from './job.js';
import { failureFingerprint } from './failure-fingerprint.js';
import type { ReportJob } from './job.js';
import type { Logger } from './ports/logger.js';
import { withoutPasswords } from './without-passwords.js';

/**
 * The attempt's claim is no longer valid, because another process changed or claimed the job. The store refuses the
 * attempt's writes.
 */
export class FencedError extends Error {
  constructor() {
    super('the job was canceled or taken over');
  }
}

/** The worker is stopping and releases the job. */
export class ReleasedError extends Error {
  constructor() {
    super('the worker is stopping');
  }
}

/** Public messages of attempts that did not end by themselves. */
export const ATTEMPT_ENDS = {
  RELEASED: 'The worker was asked to stop.',
  CANCELED: 'The job was canceled.',
  WORKER_LOST: 'The worker stopped reporting while it ran this attempt.',
} as const;

interface DescribedFailure {
  readonly code: AttemptErrorCode;
  /** The public message, without internals. */
  readonly message: string;
  readonly fingerprint: string;
  /** Shown to operators only. */
  readonly stack: string | null;
  /** Whether another attempt would fail in the same way. */
  readonly isFinal: boolean;
}

/** Describes the error that ended an attempt, for the attempt's record. */
export function describeFailure(cause: unknown): DescribedFailure {
  const [code, message] = codeAndMessage(cause);
  const stack = cause instanceof Error ? stackWithCauses(cause) : String(cause);
  const isFinal =
    code === 'INVALID_FILTER' ||
    code === 'RESULT_TOO_LARGE' ||
    (cause instanceof SourceMismatchError && cause.isFinal);
  // Unknown errors share one public message. They are grouped by their own messages.
  const groupedBy = code === 'INTERNAL' && cause instanceof Error ? cause.message : message;
  return {
    code,
    message,
    fingerprint: failureFingerprint(code, groupedBy),
    stack: withoutPasswords(stack),
    isFinal,
  };
}

/**
 * Whether a job that FAILED with this code needs an operator. With other codes, the requester must change the request.
 */
function needsOperator(code: AttemptErrorCode): boolean {
  switch (code) {
    case 'DATABASE_UNAVAILABLE':
    case 'SOURCE_MISMATCH':
    case 'TIMEOUT':
    case 'WORKER_LOST':
    case 'INTERNAL':
      return true;
    case 'RESULT_TOO_LARGE':
    case 'INVALID_FILTER':
    case 'RELEASED':
    case 'CANCELED':
      return false;
  }
}

/**
 * Logs a failed attempt: ERROR when an operator must act, INFO when the requester must act, WARN when the job is tried
 * again.
 */
export function logAttemptFailure(
  logger: Logger,
  { id, epoch, requestId, status, nextAttemptAt }: ReportJob,
  code: AttemptErrorCode,
  cause?: unknown,
): void {
  const fields = { ...jobFields({ id, epoch, requestId }), status, code, err: cause };
  if (status !== 'FAILED') logger.warn({ ...fields, nextAttemptAt }, 'attempt failed; it will be made again');
  else if (needsOperator(code)) logger.error(fields, 'job failed');
  else logger.info(fields, 'job failed');
}

/** Fields of every log line about an attempt. */
export function jobFields({ id, epoch, requestId }: Pick<ReportJob, 'id' | 'epoch' | 'requestId'>): object {
  return { jobId: id, attempt: epoch, ...(requestId === null ? {} : { requestId }) };
}

function codeAndMessage(cause: unknown): [AttemptErrorCode, string] {
  if (cause instanceof ServiceUnavailableError)
    return ['DATABASE_UNAVAILABLE', 'The database could not be reached.'];
  if (cause instanceof TimeoutError) return ['TIMEOUT', cause.message];
  if (cause instanceof ResultTooLargeError) return ['RESULT_TOO_LARGE', cause.message];
  if (cause instanceof SourceMismatchError) return ['SOURCE_MISMATCH', cause.message];
  if (cause instanceof BadInputError) return ['INVALID_FILTER', cause.message];
  return ['INTERNAL', 'The report failed for a reason inside the service; an operator can see its stack.'];
}

const MAX_STACK = 8000;

/** The stacks of an error and of its causes, five at most. */
export function stackWithCauses(error: Error): string {
  const parts = [];
  for (let one: unknown = error; one instanceof Error && parts.length < 5; one = one.cause) {
    parts.push(one.stack ?? `${one.name}: ${one.message}`);
  }
  return parts.join('\ncaused by ').slice(0, MAX_STACK);
}

/**
 * The message of the error that caused a failure, such as a message of the database. Null when it adds nothing to
 * `errorMessage`.
 *
 * @param stack the text that `stackWithCauses` returned
 */
export function causeIn({ stack, errorMessage }: Pick<JobAttempt, 'stack' | 'errorMessage'>): string | null {
  const headlines = stack?.split('\ncaused by ').map((part) => part.split('\n    at ')[0] ?? '') ?? [];
  const cause = headlines.at(-1) ?? '';
  return cause === '' || (errorMessage !== null && cause.endsWith(errorMessage)) ? null : cause;
}
