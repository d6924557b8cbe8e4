import type {
  ZodOpenApiContentObject,
  ZodOpenApiHeadersObject,
  ZodOpenApiResponseObject,
  ZodOpenApiResponsesObject,
} from 'zod-openapi';
import { z } from 'zod';
import type { ErrorCode } from '../../reports/errors.js';
import { PROBLEM_TYPE, statusOf } from '../rest/problem.js';
import { problemSchema, reportSchema } from '../rest/response-schemas.js';

/** The answers of one route: its own, and the problems that it can have. */
export function answers(
  own: Readonly<Record<`${1 | 2 | 3 | 4 | 5}${string}`, ZodOpenApiResponseObject>>,
  codes: readonly ErrorCode[],
): ZodOpenApiResponsesObject {
  const statuses = [...new Set(codes.map(statusOf))].sort();
  const problems = statuses.map((status) => [
    String(status),
    problem(codes.filter((code) => statusOf(code) === status)),
  ]);
  return { ...own, ...(Object.fromEntries(problems) as typeof own) };
}

export function json(
  description: string,
  schema: z.ZodType,
  headers: ZodOpenApiHeadersObject = {},
): ZodOpenApiResponseObject {
  return { description, content: { 'application/json': { schema } }, headers };
}

export const HEADERS = {
  location: { Location: text('The job.') },
  retryAfter: { 'Retry-After': z.int().min(1).max(30).meta({ description: 'Seconds.' }) },
  preference: { 'Preference-Applied': text('`wait=N` when it was honoured.').optional() },
  contentLocation: { 'Content-Location': text('Where the same report stays.') },
  etag: { ETag: text('Of this state; `If-None-Match` answers 304 while it is the same.') },
  next: { Link: text('`rel="next"`: the next page, when there is one.').optional() },
} satisfies Record<string, ZodOpenApiHeadersObject>;

/** A report in the formats that it comes in. */
export const REPORT_CONTENT: ZodOpenApiContentObject = {
  'application/json': { schema: reportSchema },
  'text/csv': {
    schema: z.string(),
    examples: { report: { value: 'user_id,total_words\n1,6380\n' } },
  },
  'application/x-ndjson': {
    schema: z.string(),
    examples: { report: { value: '{"user_id":1,"total_words":6380}\n' } },
  },
};

/** Of every route that asks who is calling. */
export const COMMON_PROBLEMS: readonly ErrorCode[] = ['UNAUTHENTICATED', 'PAYLOAD_TOO_LARGE', 'INTERNAL'];

function problem(codes: readonly ErrorCode[]): ZodOpenApiResponseObject {
  return {
    description: codes.map((code) => `\`${code}\``).join(', '),
    content: { [PROBLEM_TYPE]: { schema: problemSchema } },
  };
}

function text(description: string): z.ZodString {
  return z.string().meta({ description });
}
