import { stackWithCauses } from '../../jobs/attempt-failure.js';
import type { ReportTask } from '../../jobs/ports/report-runner.js';
import type { GenerateProgress } from '../../reports/kinds/report-kind.js';
import type { Report } from '../../reports/report.js';
import {
  BadInputError,
  ReportsError,
  ResultTooLargeError,
  ServiceUnavailableError,
} from '../../reports/errors.js';
import { MAX_USERS } from '../../reports/kinds/posts-report.js';

/** What a report thread is told. */
export type ToThread = { readonly type: 'run'; readonly task: ReportTask } | { readonly type: 'abort' };

/** What it says. */
export type FromThread =
  | { readonly type: 'progress'; readonly progress: GenerateProgress }
  | { readonly type: 'done'; readonly report: Report }
  | { readonly type: 'failed'; readonly error: CarriedError };

/** An error as it crosses threads: structured cloning would keep the message only. */
export interface CarriedError {
  readonly code: string;
  readonly message: string;
  readonly stack: string | undefined;
  readonly path: readonly string[];
  readonly reason: string;
}

export function carryError(error: unknown): CarriedError {
  if (!(error instanceof Error)) {
    return { code: '', message: String(error), stack: undefined, path: [], reason: '' };
  }
  const { message } = error;
  const code = error instanceof ReportsError ? error.code : '';
  const { path, reason } = error instanceof BadInputError ? error : { path: [], reason: '' };
  return { code, message, stack: stackWithCauses(error), path, reason };
}

/** The error with the class that the core knows it by. */
export function revivedError({ code, message, stack, path, reason }: CarriedError): Error {
  const error = ofClass(code, message, path, reason);
  if (stack !== undefined) error.stack = stack;
  return error;
}

function ofClass(code: string, message: string, path: readonly string[], reason: string): Error {
  switch (code) {
    case 'SERVICE_UNAVAILABLE':
      return new ServiceUnavailableError(message);
    case 'RESULT_TOO_LARGE':
      return new ResultTooLargeError(MAX_USERS);
    case 'BAD_USER_INPUT':
      return new BadInputError(path, reason);
    default:
      return new Error(message);
  }
}
