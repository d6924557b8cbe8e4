import type { ExecutionResult } from 'graphql';
import { ReportsError, type ErrorCode } from '../../reports/errors.js';
import type { Answer, AnswerBody } from '../web/answer.js';
import { EVENT_STREAM } from '../web/event-stream.js';
import type { Exchange } from '../web/exchange.js';
import { jsonSlices } from '../web/json-slices.js';
import { bestType } from '../web/negotiate.js';
import { headersOf, statusOf } from '../web/problem.js';
import type { Refused } from './engine.js';
import { singleEvent } from './event-stream.js';

/** For this media type, the status codes of the specification "GraphQL over HTTP" are used. */
const STRICT = 'application/graphql-response+json';
const JSON_TYPES = ['application/json', STRICT] as const;
/** The media types of responses. The first one is for clients without a preference. */
export const ANSWER_TYPES = [...JSON_TYPES, EVENT_STREAM] as const;
export type AnswerType = (typeof ANSWER_TYPES)[number];

/** A response in the negotiated media type. A large result is written in chunks. */
export function resultAnswer(
  result: ExecutionResult | Refused,
  type: AnswerType,
  { isLarge = false }: { readonly isLarge?: boolean } = {},
): Answer {
  const { isAmbiguous, ...members } = { isAmbiguous: false, ...result };
  const code = isAmbiguous ? 'BAD_USER_INPUT' : faultOf(members);
  // Clients that do not accept STRICT expect status 200 for an invalid document or variable.
  const isStrict = type === STRICT && (members as ExecutionResult).data === undefined;
  const status = code === undefined ? (isStrict ? 400 : 200) : statusOf(code);
  const headers = code === undefined ? {} : headersOf(code);
  const body = isLarge ? jsonSlices(members) : `${JSON.stringify(members)}\n`;
  return type === EVENT_STREAM
    ? singleEvent(body, { status, headers })
    : jsonAnswer(body, { status, type, headers });
}

/** Converts an error of the HTTP kernel or of the GraphQL route to a response with GraphQL `errors`. */
export function refuse(error: unknown, { requestId, headers }: Exchange): Answer {
  const known = error instanceof ReportsError && error.code !== 'INTERNAL' ? error : undefined;
  const code = known?.code ?? 'INTERNAL';
  const extensions = known === undefined ? { code, requestId } : { code };
  const text = JSON.stringify({ errors: [{ message: known?.message ?? 'Unexpected error.', extensions }] });
  return jsonAnswer(`${text}\n`, {
    status: statusOf(code),
    type: bestType(headers, JSON_TYPES) ?? 'application/json',
    headers: headersOf(code, known),
  });
}

/** @param body ends with a line feed, so that the shell prompt after curl is on a new line */
function jsonAnswer<Body extends AnswerBody>(
  body: Body,
  { status, type, headers }: { status: number; type: string; headers: Readonly<Record<string, string>> },
): Answer<Body> {
  return {
    status,
    headers: { 'content-type': `${type}; charset=utf-8`, 'cache-control': 'no-store', ...headers },
    body,
  };
}

/** The code of an error that kept a correct operation from starting: `SERVICE_UNAVAILABLE`, for example. */
function faultOf({ data, errors = [] }: ExecutionResult): ErrorCode | undefined {
  if (data !== undefined) return undefined;
  return errors
    .map(({ extensions }) => extensions['code'])
    .find((code): code is ErrorCode => !REFUSALS.has(code));
}

const REFUSALS: ReadonlySet<unknown> = new Set([
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'BAD_USER_INPUT',
]);
