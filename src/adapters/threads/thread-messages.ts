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

/** The `workerData` of a report thread. */
export interface ThreadData {
  readonly sourceUrl: string;
  readonly databaseUrl: string;
  /** The caller's time limit for a report, in milliseconds. The database server ends a query that runs longer. */
  readonly readLimitMs: number;
  /** Folder with report definitions in addition to the built-in ones. Undefined: built-in ones only. */
  readonly reportsDir: string | undefined;
}

export type ToThread = { readonly type: 'run'; readonly task: ReportTask } | { readonly type: 'abort' };

export type FromThread =
  | { readonly type: 'progress'; readonly progress: GenerateProgress }
  | { readonly type: 'done'; readonly report: Report }
  | { readonly type: 'failed'; readonly error: CarriedError };

/** An error as plain data: structured cloning of an Error would keep only its message. */
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

/** Restores an error with its class. */
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
