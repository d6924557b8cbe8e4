import { z } from 'zod';
import type { ZodOpenApiPathsObject } from 'zod-openapi';
import type { ErrorCode } from '../../reports/errors.js';
import type { ReportDefinition } from '../../reports/report-definition.js';
import { emptyBody, listQuery, resultQuery } from '../rest/request-schemas.js';
import type { AnswerSchemas } from '../rest/response-schemas.js';
import { answers, anyReportContent, COMMON_PROBLEMS, HEADERS, json } from './answers.js';
import { ifNoneMatchHeader, lastEventIdHeader, preferHeader } from './request-headers.js';

const path = z.object({ job_id: z.string().meta({ description: 'The `job_id` of a job.' }) });
const noBody = { content: { 'application/json': { schema: emptyBody } }, required: false };
const problems: readonly ErrorCode[] = [
  ...COMMON_PROBLEMS,
  'BAD_USER_INPUT',
  'NOT_FOUND',
  'NOT_ACCEPTABLE',
  'SERVICE_UNAVAILABLE',
];
const unchanged = { description: 'The state is the one that the caller has.', headers: HEADERS.etag };

export function jobPaths(reports: readonly ReportDefinition[], schemas: AnswerSchemas) {
  const { job: jobSchema, list: jobListSchema } = schemas;
  return {
    '/api/2.0/report/jobs': {
      get: {
        operationId: 'listJobs',
        tags: ['jobs'],
        summary: 'The jobs of the caller, newest first',
        description: "An operator's are everybody's.",
        requestParams: { query: z.object(listQuery) },
        responses: answers(
          { 200: json('A page of jobs.', jobListSchema, HEADERS.next) },
          problems.filter((code) => code !== 'NOT_FOUND'),
        ),
      },
    },
    '/api/2.0/report/jobs/{job_id}': {
      get: {
        operationId: 'getJob',
        tags: ['jobs'],
        summary: 'A job, whatever its status',
        requestParams: { path, header: z.object({ ...preferHeader, ...ifNoneMatchHeader }) },
        responses: answers(
          {
            200: json('The job; `Retry-After` while it is open.', jobSchema, {
              ...HEADERS.retryWhileOpen,
              ...HEADERS.preference,
              ...HEADERS.etag,
            }),
            304: unchanged,
          },
          problems,
        ),
      },
    },
    '/api/2.0/report/jobs/{job_id}/result': {
      get: {
        operationId: 'getResult',
        tags: ['jobs'],
        summary: 'The report of a job that SUCCEEDED',
        requestParams: { path, query: z.object(resultQuery), header: z.object(ifNoneMatchHeader) },
        responses: answers(
          {
            200: {
              description: 'The report.',
              content: anyReportContent(reports, schemas),
              headers: HEADERS.etag,
            },
            304: unchanged,
          },
          [...problems, 'JOB_NOT_FINISHED', 'JOB_FAILED', 'JOB_CANCELED', 'RESULT_EXPIRED'],
        ),
      },
    },
    '/api/2.0/report/jobs/{job_id}/events': {
      get: {
        operationId: 'followJob',
        tags: ['jobs'],
        summary: 'The job now, then each change, as server-sent events',
        description:
          '`event: job` for changes, `event: end` for the last one; `data:` is the job, `id:` its version. A stream ' +
          'that breaks off without `end` is not over: an EventSource comes back by itself.',
        requestParams: { path, header: z.object(lastEventIdHeader) },
        responses: answers(
          {
            200: { description: 'The events.', content: { 'text/event-stream': { schema: z.string() } } },
            204: { description: 'The job is over, and the caller has seen the end.' },
          },
          [...problems, 'RATE_LIMITED'],
        ),
      },
    },
    '/api/2.0/report/jobs/{job_id}/cancel': {
      post: {
        operationId: 'cancelJob',
        tags: ['jobs'],
        summary: 'Cancel a job that is not over',
        description: 'One that is CANCELED already stays as it is. Refused to pages of other sites.',
        requestParams: { path },
        requestBody: noBody,
        responses: answers({ 200: json('The job, CANCELED.', jobSchema, HEADERS.etag) }, [
          ...problems,
          'FORBIDDEN',
          'UNSUPPORTED_MEDIA_TYPE',
          'JOB_NOT_CANCELABLE',
        ]),
      },
    },
    '/api/2.0/report/jobs/{job_id}/retry': {
      post: {
        operationId: 'retryJob',
        tags: ['jobs'],
        summary: 'Run a FAILED job again',
        description: 'Refused to pages of other sites.',
        requestParams: { path },
        requestBody: noBody,
        responses: answers(
          {
            202: json('The job, QUEUED again.', jobSchema, { ...HEADERS.location, ...HEADERS.retryAfter }),
          },
          [...problems, 'FORBIDDEN', 'UNSUPPORTED_MEDIA_TYPE', 'JOB_NOT_RETRYABLE'],
        ),
      },
    },
  } satisfies ZodOpenApiPathsObject;
}
