import type {
  ZodOpenApiContentObject,
  ZodOpenApiHeadersObject,
  ZodOpenApiResponseObject,
  ZodOpenApiResponsesObject,
} from 'zod-openapi';
import { z } from 'zod';
import type { ErrorCode } from '../../reports/errors.js';
import { snakeCase } from '../../reports/names.js';
import type { ReportDefinition } from '../../reports/report-definition.js';
import { PROBLEM_TYPE, saysWhenToRetry, statusOf } from '../web/problem.js';
import { problemSchema, type AnswerSchemas } from '../rest/response-schemas.js';

/** The answers of one route: its own, and the problems that it can have. */
export function answers(
  own: Readonly<Record<`${1 | 2 | 3 | 4 | 5}${string}`, ZodOpenApiResponseObject>>,
  codes: readonly ErrorCode[],
): ZodOpenApiResponsesObject {
  const statuses = [...new Set(codes.map(statusOf))].sort((a, b) => a - b);
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
  location: { Location: header('The job.') },
  retryAfter: { 'Retry-After': seconds('Seconds after which the job may be over.') },
  retryWhileOpen: { 'Retry-After': { ...seconds('Seconds; while the job is open.'), required: false } },
  retryProblem: { 'Retry-After': seconds('Seconds after which another try makes sense.') },
  preference: { 'Preference-Applied': { ...header('`wait=N` when it was honoured.'), required: false } },
  contentLocation: { 'Content-Location': header('Where the same report stays.') },
  etag: { ETag: header('Of this state; `If-None-Match` answers 304 while it is the same.') },
  next: { Link: { ...header('`rel="next"`: the next page, when there is one.'), required: false } },
} satisfies Record<string, ZodOpenApiHeadersObject>;

/** A report in the formats that it comes in. */
export function reportContent(report: ReportDefinition, schemas: AnswerSchemas): ZodOpenApiContentObject {
  const text = (value: string) => ({ schema: { type: 'string' as const }, examples: { report: { value } } });
  const shown = report.columns.filter(({ inFiles }) => inFiles);
  const names = shown.map(({ name }) => snakeCase(name));
  const cells = shown.map(({ type }) => EXAMPLE_CELLS[type]);
  const row = JSON.stringify(Object.fromEntries(names.map((name, index) => [name, cells[index]])));
  return {
    'application/json': { schema: schemas.report(report) },
    'text/csv': text(`${names.join()}\n${cells.join()}\n`),
    'application/x-ndjson': text(`${row}\n`),
  };
}

const EXAMPLE_CELLS = { int32: 1, day: '2026-01-31', text: 'one', count: 6380, decimal: 12.5 } as const;

/** A report of any kind. */
export function anyReportContent(
  reports: readonly ReportDefinition[],
  schemas: AnswerSchemas,
): ZodOpenApiContentObject {
  return {
    'application/json': { schema: z.union(reports.map(schemas.report)) },
    'text/csv': { schema: { type: 'string' } },
    'application/x-ndjson': { schema: { type: 'string' } },
  };
}

/** Of every route that asks who is calling. */
export const COMMON_PROBLEMS: readonly ErrorCode[] = ['UNAUTHENTICATED', 'PAYLOAD_TOO_LARGE', 'INTERNAL'];

function problem(codes: readonly ErrorCode[]): ZodOpenApiResponseObject {
  return {
    description: codes.map((code) => `\`${code}\``).join(', '),
    content: { [PROBLEM_TYPE]: { schema: problemSchema } },
    ...(codes.every(saysWhenToRetry) ? { headers: HEADERS.retryProblem } : {}),
  };
}

export function header(description: string) {
  return { description, schema: { type: 'string' as const }, required: true };
}

function seconds(description: string) {
  return { description, schema: { type: 'integer' as const, minimum: 1, maximum: 30 }, required: true };
}
