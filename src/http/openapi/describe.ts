import type {
  ZodOpenApiHeadersObject,
  ZodOpenApiOperationObject,
  ZodOpenApiResponseObject,
  ZodOpenApiResponsesObject,
} from 'zod-openapi';
import { z } from 'zod';
import type { ErrorCode } from '../../reports/errors.js';
import { PROBLEM_TYPE, saysWhenToRetry, statusOf } from '../web/problem.js';

type Answers = Readonly<Record<`${1 | 2 | 3 | 4 | 5}${string}`, ZodOpenApiResponseObject>>;

/** The responses of an operation: its successful answers, and a problem for each status of its error codes. */
export function answers(own: Answers, codes: readonly ErrorCode[]): ZodOpenApiResponsesObject {
  const statuses = [...new Set(codes.map(statusOf))].sort((a, b) => a - b);
  const problems = statuses.map((status) => [
    String(status),
    problem([...new Set(codes)].filter((code) => statusOf(code) === status)),
  ]);
  return { ...own, ...(Object.fromEntries(problems) as Answers) };
}

/** Describes an operation that needs no token. */
export function openOperation(
  operationId: string,
  summary: string,
  own: Answers,
  description?: string,
): ZodOpenApiOperationObject {
  return {
    tags: ['service'],
    security: [],
    operationId,
    summary,
    ...(description === undefined ? {} : { description }),
    responses: answers(own, ['PAYLOAD_TOO_LARGE', 'MISDIRECTED_REQUEST']),
  };
}

export function json(
  description: string,
  schema: z.ZodType,
  headers: ZodOpenApiHeadersObject = {},
): ZodOpenApiResponseObject {
  return { description, content: { 'application/json': { schema } }, headers };
}

export const HEADERS = {
  location: { Location: header('The address of the job.') },
  retryAfter: { 'Retry-After': seconds('Seconds after which the job may have ended.') },
  retryWhileOpen: {
    'Retry-After': {
      ...seconds('Seconds after which to ask again; only while the job is open.'),
      required: false,
    },
  },
  retryProblem: { 'Retry-After': seconds('Seconds to wait before another try.') },
  preference: { 'Preference-Applied': { ...header('`wait=N`, when the answer waited.'), required: false } },
  contentLocation: { 'Content-Location': header('The address at which the report can be read again.') },
  etag: {
    ETag: header(
      'The ETag of this version. A request with it in `If-None-Match` gets 304 until the version changes.',
    ),
  },
  next: { Link: { ...header('`rel="next"`: the next page, when there is one.'), required: false } },
} satisfies Record<string, ZodOpenApiHeadersObject>;

export const UNCHANGED: ZodOpenApiResponseObject = {
  description: 'The caller has this version already.',
  headers: HEADERS.etag,
};

export const PAGE_ANSWERS: Answers = {
  200: {
    description: 'HTML.',
    content: { 'text/html': { schema: { type: 'string' } } },
    headers: {
      ETag: header(
        'The ETag of the page. A request with it in `If-None-Match` gets 304 until the page changes.',
      ),
    },
  },
  304: { description: 'The caller has this page already.' },
};

/** Error codes of every operation that authenticates the caller. */
export const COMMON_PROBLEMS: readonly ErrorCode[] = [
  'UNAUTHENTICATED',
  'PAYLOAD_TOO_LARGE',
  'MISDIRECTED_REQUEST',
  'INTERNAL',
];

const problemSchema = z
  .strictObject({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    code: z
      .string()
      .meta({ description: 'The stable error code, which GraphQL has too.', example: 'BAD_USER_INPUT' }),
    errors: z
      .array(
        z.strictObject({
          pointer: z.string().optional().meta({ description: 'A JSON pointer into the body.' }),
          parameter: z.string().optional().meta({ description: 'The name of a query parameter.' }),
          header: z.string().optional(),
          detail: z.string(),
        }),
      )
      .optional()
      .meta({ description: 'The mistakes and their places; only with BAD_USER_INPUT.' }),
    request_id: z
      .string()
      .optional()
      .meta({ description: 'The id to give to an operator; only with INTERNAL.' }),
  })
  .meta({ id: 'Problem' });

function problem(codes: readonly ErrorCode[]): ZodOpenApiResponseObject {
  return {
    description: codes.map((code) => `\`${code}\``).join(', '),
    content: { [PROBLEM_TYPE]: { schema: problemSchema } },
    ...(codes.every(saysWhenToRetry) ? { headers: HEADERS.retryProblem } : {}),
  };
}

function header(description: string) {
  return { description, schema: { type: 'string' as const }, required: true };
}

function seconds(description: string) {
  return { description, schema: { type: 'integer' as const, minimum: 1, maximum: 30 }, required: true };
}
