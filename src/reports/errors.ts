/**
 * Codes of all failures of requests. A code never changes its meaning. GraphQL (`extensions.code`) and REST (`code` in
 * problem+json) use the same codes. Errors other than `ReportsError` are shown as INTERNAL.
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
  | 'MISDIRECTED_REQUEST'
  | 'IDEMPOTENCY_KEY_REUSED'
  | 'RESULT_TOO_LARGE'
  | 'RATE_LIMITED'
  | 'INTERNAL'
  | 'SOURCE_MISMATCH'
  | 'SYNC_BUSY'
  | 'TIMEOUT'
  | 'SERVICE_UNAVAILABLE';

/** Codes of attempts that did not succeed. All except RELEASED and CANCELED can also be a job's `errorCode`. */
export type AttemptErrorCode =
  | 'DATABASE_UNAVAILABLE'
  | 'TIMEOUT'
  | 'WORKER_LOST'
  | 'RESULT_TOO_LARGE'
  | 'INVALID_FILTER'
  | 'SOURCE_MISMATCH'
  | 'INTERNAL'
  | 'RELEASED'
  | 'CANCELED';

export interface ReportsErrorOptions extends ErrorOptions {
  /** Whole seconds after which another try may succeed, if known. */
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

/**
 * The text that says why a value is wrong. It is a function when the text names other members, because REST and GraphQL
 * spell the names of members differently.
 */
export type Reason = string | ((nameOf: (member: string) => string) => string);

/**
 * The caller sent a wrong value. `path` leads to the value, by names in camelCase such as `['filter', 'userIds', '0']`.
 */
export class BadInputError extends ReportsError {
  readonly path: readonly string[];
  readonly #reason: Reason;

  constructor(path: readonly string[], reason: Reason) {
    const text = inNames(reason, (member) => member);
    super('BAD_USER_INPUT', path.length === 0 ? text : `${path.join('.')} ${text}`);
    this.path = path;
    this.#reason = reason;
  }

  /** @param nameOf returns a member's name as the caller's interface (GraphQL or REST) spells it */
  reasonIn(nameOf: (member: string) => string): string {
    return inNames(this.#reason, nameOf);
  }
}

function inNames(reason: Reason, nameOf: (member: string) => string): string {
  return typeof reason === 'string' ? reason : reason(nameOf);
}

export class NotFoundError extends ReportsError {
  constructor(id: string) {
    super('NOT_FOUND', `There is no job with the id ${JSON.stringify(id)}.`);
  }
}

export class ForbiddenError extends ReportsError {
  constructor(message: string) {
    super('FORBIDDEN', message);
  }
}

/** The database cannot be reached, is too slow, or is full. Nothing was accepted. */
export class ServiceUnavailableError extends ReportsError {
  constructor(message: string, options?: ErrorOptions) {
    super('SERVICE_UNAVAILABLE', message, options);
  }
}

/** The result has more rows, longer keys or larger figures than a report may have. Another attempt would fail too. */
export class ResultTooLargeError extends ReportsError {
  constructor(message: string) {
    super('RESULT_TOO_LARGE', message);
  }
}

/** The source database answers, but does not match the report's definition. The message names table and column. */
export class SourceMismatchError extends ReportsError {
  /**
   * True for a wrong value in the source, because another attempt would fail too. False for a missing table, column or
   * privilege, because it may be added before the next attempt.
   */
  readonly isFinal: boolean;
  /** The column that is missing or has another type. */
  readonly column: string | undefined;

  /** @param options.cause the wrong value, or the message of the database server; shown to operators only */
  constructor(
    message: string,
    options: { readonly isFinal: boolean; readonly cause: Error; readonly column?: string | undefined },
  ) {
    super('SOURCE_MISMATCH', message, { cause: options.cause });
    this.isFinal = options.isFinal;
    this.column = options.column;
  }
}

export class TimeoutError extends ReportsError {
  constructor(milliseconds: number, options?: ReportsErrorOptions) {
    super('TIMEOUT', `The report took longer than the ${milliseconds} ms it is allowed.`, options);
  }
}
