/**
 * Every failure that a caller can meet, under a code that never changes. GraphQL (`extensions.code`), REST
 * (`code` in problem+json) and a job's `errorCode` use the same words; anything that is not a `ReportsError`
 * is masked as INTERNAL at the edge.
 */
export type ErrorCode =
  | 'BAD_USER_INPUT'
  | 'UNAUTHENTICATED'
  | 'FORBIDDEN'
  | 'NOT_FOUND'
  | 'METHOD_NOT_ALLOWED'
  | 'NOT_ACCEPTABLE'
  | 'JOB_NOT_CANCELABLE'
  | 'JOB_NOT_RETRYABLE'
  | 'JOB_NOT_FINISHED'
  | 'JOB_FAILED'
  | 'JOB_CANCELED'
  | 'RESULT_EXPIRED'
  | 'PAYLOAD_TOO_LARGE'
  | 'UNSUPPORTED_MEDIA_TYPE'
  | 'IDEMPOTENCY_KEY_REUSED'
  | 'RESULT_TOO_LARGE'
  | 'RATE_LIMITED'
  | 'INTERNAL'
  | 'SYNC_BUSY'
  | 'TIMEOUT'
  | 'SERVICE_UNAVAILABLE';

/** How one attempt ended when it did not succeed. The last two never become a job's own `errorCode`. */
export type AttemptErrorCode =
  | 'DATABASE_UNAVAILABLE'
  | 'TIMEOUT'
  | 'WORKER_LOST'
  | 'RESULT_TOO_LARGE'
  | 'INVALID_FILTER'
  | 'INTERNAL'
  | 'RELEASED'
  | 'CANCELED';

export interface ReportsErrorOptions extends ErrorOptions {
  /** Whole seconds after which another try makes sense, where that is known. */
  readonly retryAfterSeconds?: number | undefined;
}

export class ReportsError extends Error {
  readonly code: ErrorCode;
  readonly retryAfterSeconds: number | undefined;

  constructor(code: ErrorCode, message: string, options?: ReportsErrorOptions) {
    super(message, options);
    this.name = new.target.name;
    this.code = code;
    this.retryAfterSeconds = options?.retryAfterSeconds;
  }
}

/** A value that the caller has to change; `path` says where it stands, in the names of the core (camelCase). */
export class BadInputError extends ReportsError {
  readonly path: readonly string[];
  readonly reason: string;

  constructor(path: readonly string[], reason: string) {
    super('BAD_USER_INPUT', path.length === 0 ? reason : `${path.join('.')} ${reason}`);
    this.path = path;
    this.reason = reason;
  }
}

export class NotFoundError extends ReportsError {
  constructor(id: string) {
    super('NOT_FOUND', `There is no job with the id ${JSON.stringify(id)}.`);
  }
}

export class ForbiddenError extends ReportsError {
  constructor(action: string) {
    super('FORBIDDEN', `Only an operator may ${action}.`);
  }
}

/** MySQL (or what stands for it) cannot be reached, is too slow, or is full. Nothing was accepted. */
export class ServiceUnavailableError extends ReportsError {
  constructor(message: string, options?: ErrorOptions) {
    super('SERVICE_UNAVAILABLE', message, options);
  }
}

/** Too many distinct users for one report (DESIGN: 5,000,000); another attempt would end the same way. */
export class ResultTooLargeError extends ReportsError {
  constructor(limit: number) {
    super(
      'RESULT_TOO_LARGE',
      `The report has more than ${limit.toLocaleString('en')} rows; narrow the filter.`,
    );
  }
}

/** The time allowed for a report is over. */
export class TimeoutError extends ReportsError {
  constructor(milliseconds: number, options?: ReportsErrorOptions) {
    super('TIMEOUT', `The report took longer than the ${milliseconds} ms it is allowed.`, options);
  }
}
