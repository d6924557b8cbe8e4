import { z } from 'zod';
import type { ZodOpenApiPathsObject } from 'zod-openapi';
import type { ErrorCode } from '../../reports/errors.js';
import { pascalCase } from '../../reports/names.js';
import type { ReportDefinition } from '../../reports/report-definition.js';
import { createReportInput } from '../rest/report-input.js';
import { kindListSchema, type AnswerSchemas } from '../rest/response-schemas.js';
import { answers, COMMON_PROBLEMS, HEADERS, json, reportContent } from './answers.js';
import { idempotencyKeyHeader, preferHeader } from './request-headers.js';

/** The addresses of each report. */
export function reportPaths(
  reports: readonly ReportDefinition[],
  schemas: AnswerSchemas,
): ZodOpenApiPathsObject {
  return {
    ...Object.assign({}, ...reports.map((report) => pathsOf(report, schemas))),
    '/api/2.0/report/kinds': {
      get: {
        operationId: 'listKinds',
        tags: ['report'],
        summary: 'The reports that can be requested',
        description: 'With their columns and the conditions that a request may set.',
        responses: answers({ 200: json('The reports.', kindListSchema) }, [
          ...COMMON_PROBLEMS,
          'BAD_USER_INPUT',
          'NOT_ACCEPTABLE',
        ]),
      },
    },
  };
}

function pathsOf(report: ReportDefinition, schemas: AnswerSchemas): ZodOpenApiPathsObject {
  const type = pascalCase(report.name);
  const { syncQuery, requestQuery, body } = createReportInput(report);
  const content = reportContent(report, schemas);
  const accepted = json('The job; also one that was there already.', schemas.ticket, {
    ...HEADERS.location,
    ...HEADERS.retryAfter,
    ...HEADERS.preference,
  });
  const waited = {
    description: 'The report, for a caller who waited for it.',
    content,
    headers: { ...HEADERS.contentLocation, ...HEADERS.preference, ...HEADERS.etag },
  };
  const forbidden: readonly ErrorCode[] = report.authorize === undefined ? [] : ['FORBIDDEN'];
  return {
    [`/api/1.0/report/${report.name}`]: {
      get: {
        operationId: `get${type}Report`,
        tags: ['report'],
        summary: `${report.title}, while the caller waits`,
        description: `${report.description} All rows, in the format that \`Accept\` asks for. HEAD checks the request and runs nothing.`,
        requestParams: { query: z.object(syncQuery) },
        responses: answers({ 200: { description: 'The report.', content } }, [
          ...COMMON_PROBLEMS,
          ...forbidden,
          'BAD_USER_INPUT',
          'NOT_ACCEPTABLE',
          'RESULT_TOO_LARGE',
          'SOURCE_MISMATCH',
          'SYNC_BUSY',
          'TIMEOUT',
          'SERVICE_UNAVAILABLE',
        ]),
      },
    },
    [`/api/2.0/report/${report.name}`]: {
      post: {
        operationId: `request${type}Report`,
        tags: ['report'],
        summary: `${report.title}, as a job`,
        description:
          'The filter stands in the body or, without a body, in the query. The job is durable once this answers. ' +
          'Refused to pages of other sites.',
        requestParams: {
          query: z.object(requestQuery),
          header: z.object({ ...preferHeader, ...idempotencyKeyHeader }),
        },
        requestBody: {
          content: { 'application/json': { schema: body.meta({ id: `${type}ReportRequest` }) } },
          required: false,
        },
        responses: answers({ 200: waited, 202: accepted }, [
          ...COMMON_PROBLEMS,
          'BAD_USER_INPUT',
          'FORBIDDEN',
          'NOT_ACCEPTABLE',
          'UNSUPPORTED_MEDIA_TYPE',
          'IDEMPOTENCY_KEY_REUSED',
          'RATE_LIMITED',
          'SERVICE_UNAVAILABLE',
        ]),
      },
      get: {
        operationId: `request${type}ReportByGet`,
        tags: ['report'],
        summary: `${report.title}, as a job, by GET`,
        description:
          'For `2.0` in place of `1.0` in an address. `max_age_seconds` is 60 unless it is given, so that repeating ' +
          'it makes one job a minute at most. Refused to pages of other sites and to prefetches; there is no HEAD.',
        requestParams: { query: z.object(requestQuery), header: z.object(preferHeader) },
        responses: answers({ 200: waited, 202: accepted }, [
          ...COMMON_PROBLEMS,
          'BAD_USER_INPUT',
          'FORBIDDEN',
          'NOT_ACCEPTABLE',
          'RATE_LIMITED',
          'SERVICE_UNAVAILABLE',
        ]),
      },
    },
  };
}
