import { z } from 'zod';
import { getJob, type FindJobsDeps } from '../../jobs/find-jobs.js';
import { isTerminal, type ReportJob } from '../../jobs/job.js';
import type { JobWatcher } from '../../jobs/job-watcher.js';
import { EVENT_STREAM, EVENT_STREAM_HEADERS, eventStream } from '../web/event-stream.js';
import type { Exchange } from '../web/exchange.js';
import type { RequestHeaders } from '../web/headers.js';
import { InputError } from '../web/input-error.js';
import type { Answer } from '../web/answer.js';
import type { Services } from '../services.js';
import type { Route } from '../web/route.js';
import { JOB } from '../addresses.js';
import type { RequesterReads } from '../job-reads/requester-reads.js';
import { jobJson } from './job-json.js';
import { JOB_PROBLEMS, jobIdOf, jobOperation } from './job-operation.js';
import { operation } from './operation.js';
import { lastEventIdHeader } from './request-headers.js';

interface EventsDeps extends FindJobsDeps {
  readonly watcher: Pick<JobWatcher, 'watchJob'>;
  readonly reads: Services['reads'];
  /** The interval of comments on a stream without events, in milliseconds. */
  readonly keepAliveMs?: number | undefined;
}

/** The time after which a client reconnects when its connection was lost. */
const RETRY_MS = 1000;

/**
 * The event stream of a job: its present state, then each change. `event: end` is the last event. When the service
 * stops, the client reads too slowly or the job was deleted, the connection is closed without `event: end`, so that the
 * client reconnects.
 */
export function createEventsRoute(deps: EventsDeps): Route {
  const get = operation({
    ...jobOperation,
    id: 'followJob',
    summary: 'The job now, then each change, as server-sent events',
    description:
      '`event: job` is a change, `event: end` the last event; `data:` is the job, `id:` its version. After a stream ' +
      'that ends without `event: end`, the client must connect again, as an EventSource does by itself.',
    headers: lastEventIdHeader,
    accept: [EVENT_STREAM],
    answers: {
      200: { description: 'The events.', content: { [EVENT_STREAM]: { schema: z.string() } } },
      204: { description: 'The job has ended, and the caller has seen the end.' },
    },
    problems: [...JOB_PROBLEMS, 'RATE_LIMITED'],
    handle: async ({ exchange }) => await follow(deps, exchange),
  });
  return { path: JOB.events, get };
}

async function follow(deps: EventsDeps, exchange: Exchange): Promise<Answer> {
  const { headers, requester, method } = exchange;
  const after = lastEventId(headers);
  const jobId = jobIdOf(exchange);
  const reads = deps.reads.of(requester);
  const job = await getJob({ store: reads }, requester, jobId);
  // An EventSource reconnects after the last event, and stops only when it gets a 204.
  if (isTerminal(job.status) && job.version <= after) return { status: 204, headers: {} };
  if (method === 'HEAD') return { status: 200, headers: EVENT_STREAM_HEADERS };
  const states = deps.watcher.watchJob(requester, jobId, { after, onOverflow: () => exchange.cut() });
  const body = eventStream(states, {
    head: `retry: ${RETRY_MS}\n`,
    write: (state) => eventText(reads, state),
    keepAliveMs: deps.keepAliveMs,
  });
  return { status: 200, headers: EVENT_STREAM_HEADERS, body };
}

async function eventText(reads: Pick<RequesterReads, 'detailsOf'>, job: ReportJob): Promise<string> {
  const event = isTerminal(job.status) ? 'end' : 'job';
  const data = JSON.stringify(jobJson(job, await reads.detailsOf(job)));
  return `event: ${event}\nid: ${job.version}\ndata: ${data}\n\n`;
}

function lastEventId(headers: RequestHeaders): number {
  const header = headers['last-event-id'];
  if (header === undefined || header === '') return 0;
  if (/^\d{1,15}$/.test(header)) return Number(header);
  const detail = 'Last-Event-ID must be an id that this stream gave: a version, such as 3.';
  throw new InputError([{ header: 'Last-Event-ID', detail }]);
}
