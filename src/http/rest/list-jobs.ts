import { checkedLimit, listJobs, type FindJobsDeps } from '../../jobs/find-jobs.js';
import { decodeCursor, encodeCursor } from '../../jobs/job-cursor.js';
import { HEADERS, json } from '../openapi/describe.js';
import { json as jsonAnswer } from '../web/answer.js';
import type { Services } from '../services.js';
import type { Route } from '../web/route.js';
import { JOBS } from '../addresses.js';
import { JOB_TYPES } from './formats.js';
import { jobJson } from './job-json.js';
import { operation } from './operation.js';
import { listQuery } from './request-schemas.js';
import type { AnswerSchemas } from './response-schemas.js';

interface ListJobsDeps extends FindJobsDeps {
  readonly reads: Services['reads'];
  readonly schemas: AnswerSchemas;
}

export function createJobsRoute(deps: ListJobsDeps): Route {
  const get = operation({
    id: 'listJobs',
    tag: 'jobs',
    summary: 'The jobs of the caller, newest first',
    description: "An operator's are everybody's.",
    query: listQuery,
    accept: JOB_TYPES,
    answers: { 200: json('A page of jobs.', deps.schemas.list, HEADERS.next) },
    problems: ['SERVICE_UNAVAILABLE'],
    async handle({ exchange, query: { kind, status, limit, cursor } }) {
      const { requester } = exchange;
      const reads = deps.reads.of(requester);
      const list = listJobs({ store: reads }, requester, {
        kind,
        status,
        limit: checkedLimit(['limit'], limit),
        after: decodeCursor('jobs', ['cursor'], cursor),
      });
      const page = await list.page();
      const data = await Promise.all(page.jobs.map(async (job) => jobJson(job, await reads.detailsOf(job))));
      const last = page.hasNext ? page.jobs.at(-1) : undefined;
      const next = last && encodeCursor('jobs', { at: last.createdAt, id: last.id });
      const link = next === undefined ? {} : { link: `<${nextPage(exchange.query, next)}>; rel="next"` };
      return jsonAnswer({ data }, { headers: { 'cache-control': 'no-store', ...link } });
    },
  });
  return { path: JOBS, get };
}

function nextPage(query: URLSearchParams, cursor: string): string {
  const next = new URLSearchParams(query);
  next.set('cursor', cursor);
  return `${JOBS}?${next.toString()}`;
}
