import { getJob, type FindJobsDeps } from '../../jobs/find-jobs.js';
import type { JobWatcher } from '../../jobs/job-watcher.js';
import { waitForJob } from '../../jobs/wait-for-job.js';
import { HEADERS, json, UNCHANGED } from '../openapi/describe.js';
import type { Services } from '../services.js';
import type { Route } from '../web/route.js';
import { JOB } from '../addresses.js';
import { JOB_TYPES } from './formats.js';
import { jobAnswer } from './job-answer.js';
import { JOB_PROBLEMS, jobIdOf, jobOperation } from './job-operation.js';
import { operation } from './operation.js';
import { preferenceApplied, preferredWait } from './prefer.js';
import { ifNoneMatchHeader, preferHeader } from './request-headers.js';
import type { AnswerSchemas } from './response-schemas.js';

interface ShowJobDeps extends FindJobsDeps {
  readonly watcher: Pick<JobWatcher, 'watchJob'>;
  readonly reads: Services['reads'];
  readonly schemas: AnswerSchemas;
}

/** Answers with the job in any status; with `Prefer: wait=N`, when the job has ended or N seconds have passed. */
export function createJobRoute(deps: ShowJobDeps): Route {
  const get = operation({
    ...jobOperation,
    id: 'getJob',
    summary: 'A job in any status',
    headers: { ...preferHeader, ...ifNoneMatchHeader },
    accept: JOB_TYPES,
    answers: {
      200: json('The job; `Retry-After` while it is open.', deps.schemas.job, {
        ...HEADERS.retryWhileOpen,
        ...HEADERS.preference,
        ...HEADERS.etag,
      }),
      304: UNCHANGED,
    },
    problems: JOB_PROBLEMS,
    async handle({ exchange }) {
      const { headers, requester } = exchange;
      const job = await getJob({ store: deps.reads.of(requester) }, requester, jobIdOf(exchange));
      const seconds = preferredWait(headers);
      if (seconds === undefined) return await jobAnswer(deps, job, exchange);
      const latest = await waitForJob(deps, requester, job, seconds * 1000, exchange);
      return await jobAnswer(deps, latest, exchange, preferenceApplied(seconds));
    },
  });
  return { path: JOB.self, get };
}
