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

/** The attempt's claim is no longer valid: its writes are refused, because another process changed or claimed the job. */
export class FencedError extends Error {
  constructor() {
    super('the job was canceled or taken over');
  }
}

/** The worker is stopping and hands the job back. */
export class ReleasedError extends Error {
  constructor() {
    super('the worker is stopping');
  }
}

/** What an attempt says that did not end by itself. For everybody. */
export const ATTEMPT_ENDS = {
  RELEASED: 'The worker was asked to stop.',
  CANCELED: 'The job was canceled.',
  WORKER_LOST: 'The worker stopped reporting while it ran this attempt.',
} as const;

interface DescribedFailure {
  readonly code: AttemptErrorCode;
  /** For everybody: says nothing of the inside. */
  readonly message: string;
  readonly fingerprint: string;
  /** For operators. */
  readonly stack: string | null;
  /** Another attempt would end the same way. */
  readonly isFinal: boolean;
}

/** What an attempt records of the error that ended it. */
export function describeFailure(cause: unknown): DescribedFailure {
  const [code, message] = codeAndMessage(cause);
  const stack = cause instanceof Error ? stackWithCauses(cause) : String(cause);
  const isFinal =
    code === 'INVALID_FILTER' ||
    code === 'RESULT_TOO_LARGE' ||
    (cause instanceof SourceMismatchError && cause.isFinal);
  // Unknown causes share one message, so the error's own text separates them.
  const groupedBy = code === 'INTERNAL' && cause instanceof Error ? cause.message : message;
  return {
    code,
    message,
    fingerprint: failureFingerprint(code, groupedBy),
    stack: withoutPasswords(stack),
    isFinal,
  };
}

/** Whether a job that ends with this needs an operator. Of the others its requester has to change something. */
export function needsOperator(code: AttemptErrorCode): boolean {
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

/** ERROR where an operator must act, INFO where the requester must, WARN for what is tried again. */
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

/** What each log line about an attempt bears. */
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

/** Of the error and of what caused it, five deep at most. */
export function stackWithCauses(error: Error): string {
  const parts = [];
  for (let one: unknown = error; one instanceof Error && parts.length < 5; one = one.cause) {
    parts.push(one.stack ?? `${one.name}: ${one.message}`);
  }
  return parts.join('\ncaused by ').slice(0, MAX_STACK);
}

/**
 * What caused a failure, in the words of where it happened, such as the database's own. Null when the stack says no more
 * than the message.
 *
 * @param stack as `stackWithCauses` wrote it
 */
export function causeIn({ stack, errorMessage }: Pick<JobAttempt, 'stack' | 'errorMessage'>): string | null {
  const headlines = stack?.split('\ncaused by ').map((part) => part.split('\n    at ')[0] ?? '') ?? [];
  const cause = headlines.at(-1) ?? '';
  return cause === '' || (errorMessage !== null && cause.endsWith(errorMessage)) ? null : cause;
}
