import type { z } from 'zod';
import { checkedLimit, listJobs } from '../../jobs/find-jobs.js';
import { decodeCursor, encodeCursor } from '../../jobs/job-cursor.js';
import { HEADERS, json } from '../openapi/describe.js';
import { LARGE_BYTES } from '../large-answers.js';
import { json as jsonAnswer, type Answer } from '../web/answer.js';
import type { Exchange } from '../web/exchange.js';
import { largeJson } from '../web/json-slices.js';
import type { Services } from '../services.js';
import type { Route } from '../web/route.js';
import { JOBS } from '../addresses.js';
import { JOB_TYPES } from './formats.js';
import { jobJson } from './job-json.js';
import { operation } from './operation.js';
import { listQuery } from './request-schemas.js';
import type { AnswerSchemas } from './response-schemas.js';

interface ListJobsDeps extends Pick<Services, 'reads' | 'largeAnswers'> {
  readonly schemas: AnswerSchemas;
}

type ListQuery = z.output<z.ZodObject<typeof listQuery>>;

export function createJobsRoute(deps: ListJobsDeps): Route {
  const get = operation({
    id: 'listJobs',
    tag: 'jobs',
    summary: 'The jobs of the caller, newest first',
    description: 'An operator gets the jobs of all requesters.',
    query: listQuery,
    accept: JOB_TYPES,
    answers: { 200: json('A page of jobs.', deps.schemas.list, HEADERS.next) },
    problems: ['SERVICE_UNAVAILABLE'],
    async handle({ exchange, query }) {
      const isLarge = query.limit * MAX_JOB_BYTES > LARGE_BYTES;
      const show = async (): Promise<Answer> => {
        const { link, ...page } = await readPage(deps, exchange, query);
        const headers = { 'cache-control': 'no-store', ...(link === undefined ? {} : { link }) };
        return isLarge ? largeJson(page, { headers }) : jsonAnswer(page, { headers });
      };
      return isLarge ? await deps.largeAnswers.answer(exchange, show) : await show();
    },
  });
  return { path: JOBS, get };
}

/** The maximum size in bytes of a job in JSON: its filter may list 1,000 numbers of 11 digits. */
const MAX_JOB_BYTES = 14_000;

async function readPage(
  { reads: allReads }: ListJobsDeps,
  { requester, query: asked }: Exchange,
  { kind, status, limit, cursor }: ListQuery,
) {
  const reads = allReads.of(requester);
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
  return { data, link: next === undefined ? undefined : `<${nextPage(asked, next)}>; rel="next"` };
}

function nextPage(query: URLSearchParams, cursor: string): string {
  const next = new URLSearchParams(query);
  next.set('cursor', cursor);
  return `${JOBS}?${next.toString()}`;
}
