import { z } from 'zod';
import type { ZodOpenApiPathsObject } from 'zod-openapi';
import { reportRequestBody } from '../rest/request-schemas.js';
import { ticketSchema } from '../rest/response-schemas.js';
import { syncReportQuery } from '../rest/v1.js';
import { reportRequestQuery } from '../rest/v2.js';
import { answers, COMMON_PROBLEMS, HEADERS, json, REPORT_CONTENT } from './answers.js';
import { idempotencyKeyHeader, preferHeader } from './request-headers.js';

const accepted = json('The job; also one that was there already.', ticketSchema, {
  ...HEADERS.location,
  ...HEADERS.retryAfter,
  ...HEADERS.preference,
});
const waited = {
  description: 'The report, for a caller who waited for it.',
  content: REPORT_CONTENT,
  headers: { ...HEADERS.contentLocation, ...HEADERS.preference, ...HEADERS.etag },
};

export const REPORT_PATHS = {
  '/api/1.0/report/posts': {
    get: {
      operationId: 'getReport',
      tags: ['report'],
      summary: 'The report, while the caller waits',
      description:
        'All rows, in the format that `Accept` asks for. HEAD checks the request and runs nothing.',
      requestParams: { query: z.object(syncReportQuery) },
      responses: answers({ 200: { description: 'The report.', content: REPORT_CONTENT } }, [
        ...COMMON_PROBLEMS,
        'BAD_USER_INPUT',
        'NOT_ACCEPTABLE',
        'RESULT_TOO_LARGE',
        'SYNC_BUSY',
        'TIMEOUT',
        'SERVICE_UNAVAILABLE',
      ]),
    },
  },
  '/api/2.0/report/posts': {
    post: {
      operationId: 'requestReport',
      tags: ['report'],
      summary: 'Request the report as a job',
      description:
        'The filter stands in the body or, without a body, in the query. The job is durable once this answers. ' +
        'Refused to pages of other sites.',
      requestParams: {
        query: z.object(reportRequestQuery),
        header: z.object({ ...preferHeader, ...idempotencyKeyHeader }),
      },
      requestBody: { content: { 'application/json': { schema: reportRequestBody } }, required: false },
      responses: answers({ 200: waited, 202: accepted }, [
        ...COMMON_PROBLEMS,
        'BAD_USER_INPUT',
        'FORBIDDEN',
        'NOT_ACCEPTABLE',
        'UNSUPPORTED_MEDIA_TYPE',
        'IDEMPOTENCY_KEY_REUSED',
        'SERVICE_UNAVAILABLE',
      ]),
    },
    get: {
      operationId: 'requestReportByGet',
      tags: ['report'],
      summary: 'The same by GET',
      description:
        'For `2.0` in place of `1.0` in an address. `max_age_seconds` is 60 unless it is given, so that repeating ' +
        'it makes one job a minute at most. Refused to pages of other sites and to prefetches; there is no HEAD.',
      requestParams: { query: z.object(reportRequestQuery), header: z.object(preferHeader) },
      responses: answers({ 200: waited, 202: accepted }, [
        ...COMMON_PROBLEMS,
        'BAD_USER_INPUT',
        'FORBIDDEN',
        'NOT_ACCEPTABLE',
        'SERVICE_UNAVAILABLE',
      ]),
    },
  },
} satisfies ZodOpenApiPathsObject;
