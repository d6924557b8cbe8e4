import { stackWithCauses } from '../../jobs/attempt-failure.js';
import type { ReportTask } from '../../jobs/ports/report-runner.js';
import {
  ReportsError,
  ResultTooLargeError,
  ServiceUnavailableError,
  SourceMismatchError,
} from '../../reports/errors.js';
import type { GenerateProgress } from '../../reports/generate-report.js';
import type { Report } from '../../reports/report.js';

/** What a report thread is started with. */
export interface ThreadData {
  readonly sourceUrl: string;
  readonly databaseUrl: string;
  /** How long its caller lets a report take; the database server ends a query that is left over. */
  readonly readLimitMs: number;
  /** Definitions beside those that ship; undefined: none. */
  readonly reportsDir: string | undefined;
}

/** What a report thread receives. */
export type ToThread = { readonly type: 'run'; readonly task: ReportTask } | { readonly type: 'abort' };

/** What it sends. */
export type FromThread =
  | { readonly type: 'progress'; readonly progress: GenerateProgress }
  | { readonly type: 'done'; readonly report: Report }
  | { readonly type: 'failed'; readonly error: CarriedError };

/** An error as it crosses threads: structured cloning would keep the message only. */
export interface CarriedError {
  readonly code: string;
  readonly message: string;
  readonly stack: string | undefined;
  readonly isFinal: boolean;
  readonly causeMessage: string;
}

const BLANK: CarriedError = {
  code: '',
  message: '',
  stack: undefined,
  isFinal: false,
  causeMessage: '',
};

export function carryError(error: unknown): CarriedError {
  if (!(error instanceof Error)) return { ...BLANK, message: String(error) };
  return {
    ...BLANK,
    code: error instanceof ReportsError ? error.code : '',
    message: error.message,
    stack: stackWithCauses(error),
    isFinal: error instanceof SourceMismatchError && error.isFinal,
    causeMessage: error.cause instanceof Error ? error.cause.message : '',
  };
}

/** The error with the class that the core knows it by. */
export function revivedError(carried: CarriedError): Error {
  const error = ofClass(carried);
  if (carried.stack !== undefined) error.stack = carried.stack;
  return error;
}

function ofClass({ code, message, isFinal, causeMessage }: CarriedError): Error {
  switch (code) {
    case 'SERVICE_UNAVAILABLE':
      return new ServiceUnavailableError(message);
    case 'RESULT_TOO_LARGE':
      return new ResultTooLargeError(message);
    case 'SOURCE_MISMATCH':
      return new SourceMismatchError(message, { isFinal, cause: new Error(causeMessage) });
    default:
      return new Error(message);
  }
}
