import { setTimeout as delay } from 'node:timers/promises';
import { parseSeen } from './api-client.js';
import { readEvents } from './event-stream.js';
import { APIS, type ApiName } from './fault-plan.js';
import type { Recorder, Seen, Status } from './history.js';

/**
 * `events` is the REST stream, which resumes by Last-Event-ID. The others are GraphQL subscriptions, which start anew.
 */
export type StreamKind = 'events' | 'jobUpdated' | 'reportCompleted';

const RECONNECT_MS = 150;
/** A connection that is silent for this long is dead, because the service sends comments at shorter intervals. */
const SILENCE_MS = 20_000;

/**
 * Watches a job until its end. After a broken connection it connects to the next API. Resolves after the job's end, or
 * when the run stops.
 */
export async function watch(
  { apiUrls, recorder, stopping }: WatchDeps,
  { jobId, stream, api }: { jobId: string; stream: StreamKind; api: ApiName },
): Promise<void> {
  const id = recorder.invoke({ action: 'watch', jobId });
  const notified = { version: 0, ended: false };
  for (let connection = 1; !stopping.aborted; connection += 1) {
    const url = apiUrls[APIS[(APIS.indexOf(api) + connection - 1) % APIS.length] as ApiName];
    try {
      for await (const seen of open(url, { jobId, stream, after: notified.version, stopping })) {
        recorder.notified(id, connection, seen);
        notified.version = seen.version;
        notified.ended ||= isEnd(seen.status);
      }
      // If the stream closed before the job's end, the connection was cut, and the loop reconnects.
      if (notified.ended) {
        recorder.return(id, { phase: 'ok' });
        return;
      }
    } catch {
      if (notified.ended) {
        recorder.return(id, { phase: 'ok' });
        return;
      }
    }
    await delay(RECONNECT_MS);
  }
  recorder.return(id, { phase: 'unknown', reason: 'the run is over' });
}

export interface WatchDeps {
  readonly apiUrls: Readonly<Record<ApiName, string>>;
  readonly recorder: Recorder;
  readonly stopping: AbortSignal;
}

function isEnd(status: Status): boolean {
  return status === 'SUCCEEDED' || status === 'FAILED' || status === 'CANCELED';
}

interface Opening {
  readonly jobId: string;
  readonly stream: StreamKind;
  readonly after: number;
  readonly stopping: AbortSignal;
}

async function* open(url: string, { jobId, stream, after, stopping }: Opening): AsyncGenerator<Seen> {
  const silence = new AbortController();
  let timer = setTimeout(() => silence.abort(), SILENCE_MS);
  const signal = AbortSignal.any([silence.signal, stopping]);
  try {
    const response =
      stream === 'events'
        ? await fetch(`${url}/api/2.0/report/jobs/${jobId}/events`, {
            headers: after > 0 ? { 'last-event-id': String(after) } : {},
            signal,
          })
        : await subscribe(url, stream, jobId, signal);
    if (!response.ok || response.body === null) throw new Error(`HTTP ${response.status}`);
    for await (const { event, data } of readEvents(response.body)) {
      clearTimeout(timer);
      timer = setTimeout(() => silence.abort(), SILENCE_MS);
      if (event === 'job' || event === 'end') yield withoutFilter(parseSeen(JSON.parse(data)));
      if (event === 'next') yield fromNext(JSON.parse(data));
      if (event === 'complete') return;
    }
  } finally {
    clearTimeout(timer);
    silence.abort();
  }
}

function subscribe(url: string, stream: StreamKind, jobId: string, signal: AbortSignal): Promise<Response> {
  const field = stream === 'jobUpdated' ? 'jobUpdated(id: $id)' : 'reportCompleted(jobId: $id)';
  return fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
    body: JSON.stringify({
      query: `subscription ($id: ID!) { job: ${field} { id status version } }`,
      variables: { id: jobId },
    }),
    signal,
  });
}

function withoutFilter({ jobId, status, version }: Seen): Seen {
  return { jobId, status, version };
}

function fromNext(message: unknown): Seen {
  const { data } = message as { data?: { job: { id: string; status: Status; version: number } } };
  if (data === undefined) throw new Error(`The subscription says ${JSON.stringify(message)}`);
  return { jobId: data.job.id, status: data.job.status, version: data.job.version };
}
