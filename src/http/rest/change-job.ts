import { cancelJob } from '../../jobs/cancel-job.js';
import { retryJob } from '../../jobs/retry-jobs.js';
import { HEADERS, json } from '../openapi/describe.js';
import type { Services } from '../services.js';
import type { Route } from '../web/route.js';
import { JOB } from '../addresses.js';
import { JOB_TYPES } from './formats.js';
import { acceptedAnswer, jobAnswer } from './job-answer.js';
import { JOB_PROBLEMS, jobIdOf, jobOperation } from './job-operation.js';
import { operation } from './operation.js';
import { emptyBody } from './request-schemas.js';
import type { AnswerSchemas } from './response-schemas.js';

interface AnswerDeps {
  readonly reads: Services['reads'];
  readonly schemas: AnswerSchemas;
}

const change = { ...jobOperation, accept: JOB_TYPES, body: emptyBody, refusesForeignPages: true } as const;

export function createCancelRoute(deps: Parameters<typeof cancelJob>[0] & AnswerDeps): Route {
  const post = operation({
    ...change,
    id: 'cancelJob',
    summary: 'Cancel a job that has not ended',
    description: 'A CANCELED job stays as it is.',
    answers: { 200: json('The job, CANCELED.', deps.schemas.job, HEADERS.etag) },
    problems: [...JOB_PROBLEMS, 'JOB_NOT_CANCELABLE'],
    async handle({ exchange }) {
      const job = await cancelJob(deps, exchange, jobIdOf(exchange));
      return await jobAnswer(deps, job, exchange);
    },
  });
  return { path: JOB.cancel, post };
}

export function createRetryRoute(deps: Parameters<typeof retryJob>[0] & AnswerDeps): Route {
  const post = operation({
    ...change,
    id: 'retryJob',
    summary: 'Run a FAILED job again',
    answers: {
      202: json('The job, QUEUED again.', deps.schemas.job, { ...HEADERS.location, ...HEADERS.retryAfter }),
    },
    problems: [...JOB_PROBLEMS, 'JOB_NOT_RETRYABLE', 'RATE_LIMITED'],
    async handle({ exchange }) {
      const job = await retryJob(deps, exchange, jobIdOf(exchange));
      return acceptedAnswer(job, await deps.reads.of(exchange.requester).detailsOf(job));
    },
  });
  return { path: JOB.retry, post };
}
