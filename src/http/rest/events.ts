import { getJob } from '../../jobs/find-jobs.js';
import { isTerminal, type ReportJob } from '../../jobs/job.js';
import type { JobWatcher } from '../../jobs/job-watcher.js';
import type { RequesterReads } from '../job-reads/requester-reads.js';
import type { Services } from '../services.js';
import { isHead, type Call } from './call.js';
import { RestInputError } from './input-errors.js';
import { jobJson } from './job-json.js';
import { requireAcceptable } from './negotiate.js';
import { refuseQuery } from './parse-input.js';

interface EventsDeps extends Pick<Services, 'reads'> {
  readonly watcher: Pick<JobWatcher, 'watchJob'>;
  /** Between two comments on a quiet stream; 15 s unless a test says otherwise. */
  readonly keepAliveMs?: number;
}

const EVENT_STREAM = 'text/event-stream';
const KEEP_ALIVE_MS = 15_000;
/** What a client that was cut waits before it comes back. */
const RETRY_MS = 1000;

/** `GET …/jobs/{job_id}/events`: the state now, then each change; `event: end` is the last one. */
export function createJobEvents(deps: EventsDeps) {
  return async ({ request, query, requester, jobId }: Call): Promise<Response> => {
    requireAcceptable(request.headers, [EVENT_STREAM]);
    refuseQuery(query);
    const after = lastEventId(request.headers);
    const reads = deps.reads.of(requester);
    const job = await getJob({ store: reads }, requester, jobId);
    // An EventSource comes back after the end until it is told that there is no more.
    if (isTerminal(job.status) && job.version <= after) return new Response(null, { status: 204 });
    const headers = {
      'content-type': EVENT_STREAM,
      'cache-control': 'no-store, no-transform',
      'x-accel-buffering': 'no',
    };
    if (isHead(request)) return new Response(null, { headers });
    const watch: Watch = (onOverflow) => deps.watcher.watchJob(requester, jobId, { after, onOverflow });
    return new Response(eventStream(deps, reads, watch), { headers });
  };
}

type Watch = (onOverflow: () => void) => AsyncIterableIterator<ReportJob>;

/**
 * A cut (the service stops, the reader is too slow, the job is gone) errors the stream, so that the connection breaks
 * off without an end and the client comes back.
 */
function eventStream(deps: EventsDeps, reads: RequesterReads, watch: Watch): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  let timer: NodeJS.Timeout | undefined;
  let states: AsyncIterableIterator<ReportJob>;
  return new ReadableStream({
    start(controller) {
      // A reader who does not read never asks for the next state, which would say that he was cut.
      states = watch(() => {
        clearInterval(timer);
        controller.error(new Error('too many events were waiting to be read'));
      });
      const write = (text: string): void => controller.enqueue(encoder.encode(text));
      timer = setInterval(() => {
        if ((controller.desiredSize ?? 0) > 0) write(': still here\n\n');
      }, deps.keepAliveMs ?? KEEP_ALIVE_MS);
      write(`retry: ${RETRY_MS}\n`);
    },
    async pull(controller) {
      try {
        const next = await states.next();
        if (next.done === true) {
          clearInterval(timer);
          controller.close();
        } else {
          controller.enqueue(encoder.encode(await eventText(reads, next.value)));
        }
      } catch (cause) {
        clearInterval(timer);
        controller.error(cause);
      }
    },
    async cancel() {
      clearInterval(timer);
      await states.return?.();
    },
  });
}

async function eventText(reads: RequesterReads, job: ReportJob): Promise<string> {
  const event = isTerminal(job.status) ? 'end' : 'job';
  const data = JSON.stringify(jobJson(job, await reads.detailsOf(job)));
  return `event: ${event}\nid: ${job.version}\ndata: ${data}\n\n`;
}

function lastEventId(headers: Headers): number {
  const header = headers.get('last-event-id');
  if (header === null || header === '') return 0;
  if (/^\d{1,15}$/.test(header)) return Number(header);
  const detail = 'Last-Event-ID must be an id that this stream gave: a version, such as 3.';
  throw new RestInputError([{ header: 'Last-Event-ID', detail }]);
}
