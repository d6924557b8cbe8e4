import { ReportsError, type ErrorCode } from '../../reports/errors.js';
import { json, type Answer } from './answer.js';
import { CHALLENGE } from './auth.js';
import { InputError, type InputMistake } from './input-error.js';

/** A problem of RFC 9457, with the error code that GraphQL has too. */
interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: ErrorCode;
  /** The mistakes, when the input is wrong. */
  readonly errors?: readonly InputMistake[];
  /** The id to give to an operator; only with INTERNAL. */
  readonly request_id?: string;
}

export const PROBLEM_TYPE = 'application/problem+json';

/** Status and title of each error code. */
const KINDS: Readonly<Record<ErrorCode, readonly [status: number, title: string]>> = {
  BAD_USER_INPUT: [400, 'The request is not valid'],
  UNAUTHENTICATED: [401, 'A known bearer token is needed'],
  FORBIDDEN: [403, 'Not allowed'],
  NOT_FOUND: [404, 'Not found'],
  METHOD_NOT_ALLOWED: [405, 'The address does not know this method'],
  NOT_ACCEPTABLE: [406, 'None of the accepted media types can be given'],
  JOB_NOT_CANCELABLE: [409, 'The job cannot be canceled any more'],
  JOB_NOT_RETRYABLE: [409, 'The job cannot be retried'],
  JOB_NOT_FINISHED: [409, 'The job has no result yet'],
  JOB_FAILED: [409, 'The job failed'],
  JOB_CANCELED: [409, 'The job was canceled'],
  RESULT_EXPIRED: [410, 'The result has expired'],
  PAYLOAD_TOO_LARGE: [413, 'The body is too large'],
  UNSUPPORTED_MEDIA_TYPE: [415, 'The body has a type that is not taken'],
  MISDIRECTED_REQUEST: [421, 'The service does not answer under this name'],
  IDEMPOTENCY_KEY_REUSED: [422, 'The idempotency key was used for another request'],
  RESULT_TOO_LARGE: [422, 'The report has too many rows'],
  RATE_LIMITED: [429, 'Too many requests'],
  INTERNAL: [500, 'Something went wrong inside the service'],
  SOURCE_MISMATCH: [502, 'The source is not what the report says'],
  SYNC_BUSY: [503, 'All slots for synchronous reports are busy'],
  TIMEOUT: [503, 'The report took too long'],
  SERVICE_UNAVAILABLE: [503, 'The service cannot answer at the moment'],
};

/** The default of `Retry-After` in seconds, by error code. An error may have a value of its own. */
const RETRY_AFTER: Partial<Record<ErrorCode, number>> = {
  RATE_LIMITED: 1,
  SYNC_BUSY: 2,
  SERVICE_UNAVAILABLE: 2,
  TIMEOUT: 30,
};

/** Whether answers with this code have `Retry-After`. */
export function saysWhenToRetry(code: ErrorCode): boolean {
  return RETRY_AFTER[code] !== undefined;
}

/** The HTTP status of the code. */
export function statusOf(code: ErrorCode): number {
  return KINDS[code][0];
}

/** Turns any error into a problem. All of REST's errors are made here. */
export function problem(error: unknown, requestId: string): Answer<string> {
  const body = problemBody(error, requestId);
  const known = error instanceof ReportsError ? error : undefined;
  return json(body, {
    status: body.status,
    headers: { 'content-type': PROBLEM_TYPE, 'cache-control': 'no-store', ...headersOf(body.code, known) },
  });
}

/** The problem as an HTML page, for a person who opened the address in a browser. */
export function problemPage(error: unknown, requestId: string): Answer {
  const { status, title, detail } = problemBody(error, requestId);
  const body = `<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${title}</title>
<style>:root { color-scheme: light dark } body { font: 16px/1.5 system-ui, sans-serif; margin: 3rem 1.5rem }</style>
<h1>${title}</h1>
<p>${detail.replaceAll('&', '&amp;').replaceAll('<', '&lt;')}</p>
<p><a href="/">Start page</a> · <a href="/api">REST</a> · <a href="/graphql">GraphQL</a></p>
</html>
`;
  const headers = {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'",
    'cache-control': 'no-store',
    vary: 'Accept',
  };
  return { status, headers, body };
}

/**
 * The members of a problem. The message of an error that is not a `ReportsError` is not shown; the router logs the
 * error.
 */
function problemBody(error: unknown, requestId: string): Problem {
  if (!(error instanceof ReportsError) || error.code === 'INTERNAL')
    return { ...problemOf('INTERNAL', 'The fault was logged under the request id.'), request_id: requestId };
  const body = problemOf(error.code, error.message);
  return error instanceof InputError ? { ...body, errors: error.mistakes } : body;
}

function problemOf(code: ErrorCode, detail: string): Problem {
  const [status, title] = KINDS[code];
  const type = `urn:posts-report:problem:${code.toLowerCase().replaceAll('_', '-')}`;
  return { type, title, status, detail, code };
}

/** Headers of an answer with an error, in any format, such as `Retry-After` and `WWW-Authenticate`. */
export function headersOf(code: ErrorCode, error?: ReportsError): Record<string, string> {
  if (code === 'UNAUTHENTICATED') return { 'www-authenticate': CHALLENGE };
  const seconds = error?.retryAfterSeconds ?? RETRY_AFTER[code];
  return seconds === undefined ? {} : { 'retry-after': String(seconds) };
}
