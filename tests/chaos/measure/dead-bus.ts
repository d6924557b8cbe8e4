import { createClient, type Client } from 'graphql-ws';
import { WebSocket } from 'ws';
import { until } from '../../support/waiting.js';
import { APIS, type ApiName } from '../fault-plan.js';
import type { Recorder, Seen } from '../history.js';
import type { Stage } from '../stage.js';
import { watch } from '../watcher.js';
import { readObservers } from './api-holdings.js';
import { holdReports, requestJob, untilAllEnded, type Bench, type Measurement } from './measurement.js';
import { judgeObservers } from './told-observers.js';

const JOBS = 50;
const PER_JOB = 40;
/** The poll of observers, and what a loaded machine takes for it. */
const GOAL_MS = 3000;
const STREAMS = ['events', 'jobUpdated', 'reportCompleted', 'WebSocket'] as const;

/** All watch while the bus is there; then it dies for good, and only then the jobs end. */
export const deadBus: Measurement = {
  what: `${JOBS * PER_JOB} observers of ${JOBS} jobs, which end while the bus is dead`,
  async measure(bench) {
    const { stage, recorder, say } = bench;
    const release = holdReports(stage);
    const sockets: Client[] = [];
    try {
      const jobs = await requestJobs(bench);
      const watching = jobs.flatMap((jobId, place) => {
        const api = APIS[place % APIS.length] ?? 'api-1';
        const socket = connectWebSocket(stage, api);
        sockets.push(socket);
        const deps = { apiUrls: stage.apiUrls, recorder, stopping: new AbortController().signal };
        return Array.from({ length: PER_JOB }, (_, index) => {
          const stream = STREAMS[index % STREAMS.length] ?? 'events';
          return stream === 'WebSocket'
            ? watchOverWebSocket(socket, recorder, jobId)
            : watch(deps, { jobId, stream, api });
        });
      });
      await until(async () => (await countObservers(stage)) === watching.length, 120_000);
      await stage.servers.broker.kill('SIGKILL');
      say('the bus is dead');
      release();
      await untilAllEnded(stage);
      await Promise.all(watching);
      const figures = await judgeObservers(stage, recorder);
      const { missed, twice, toldMs } = figures;
      return {
        ok: missed === 0 && twice === 0 && (toldMs.max ?? Infinity) <= GOAL_MS,
        figures: { ...figures },
      };
    } finally {
      release();
      for (const socket of sockets) await socket.dispose();
    }
  },
};

async function requestJobs({ client }: Bench): Promise<string[]> {
  const ids: string[] = [];
  for (let job = 0; job < JOBS; job += 1) ids.push(await requestJob(client));
  return ids;
}

async function countObservers({ apiUrls }: Stage): Promise<number> {
  const counts = await Promise.all(Object.values(apiUrls).map(readObservers));
  return counts.reduce((sum, count) => sum + count, 0);
}

function connectWebSocket(stage: Stage, api: ApiName): Client {
  return createClient({
    url: `${stage.apiUrls[api].replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    shouldRetry: () => true,
    retryAttempts: Infinity,
  });
}

async function watchOverWebSocket(client: Client, recorder: Recorder, jobId: string): Promise<void> {
  const id = recorder.invoke({ action: 'watch', jobId });
  const states = client.iterate<{ job: { id: string; status: Seen['status']; version: number } }>({
    query: 'subscription ($id: ID!) { job: jobUpdated(id: $id) { id status version } }',
    variables: { id: jobId },
  });
  for await (const { data } of states) {
    if (data)
      recorder.told(id, 1, { jobId: data.job.id, status: data.job.status, version: data.job.version });
  }
  recorder.return(id, { phase: 'ok' });
}
