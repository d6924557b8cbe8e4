import { setTimeout as delay } from 'node:timers/promises';
import { APIS } from '../fault-plan.js';
import { quantiles } from '../figures.js';
import { watch } from '../watcher.js';
import {
  codeOf,
  countBy,
  ownFilter,
  query,
  requestJob,
  untilAllEnded,
  type Bench,
  type Measurement,
} from './measurement.js';

const QUEUE = 'posts-report';
/** Who request a report, watch it, and request the next one when they are told that it is over. */
const CALLERS = 12;
const WARM_UP = 100;
const PHASE_MS = 20_000;
/** A worker with a free slot finds in MySQL what nobody rings for, after five seconds of waiting and three of looking. */
const MAX_PAUSE_MS = 8000;

interface Phase {
  readonly name: string;
  readonly from: number;
  readonly to: number;
}

interface Request {
  readonly at: number;
  readonly acceptMs: number;
  readonly answer: string;
}

/** Load that does not stop; in its middle the node that leads the queue is killed, comes back, and then its successor. */
export const cluster: Measurement = {
  what: 'three nodes of RabbitMQ: the one that leads the queue is killed under load, comes back, and the next one is killed',
  onCluster: true,
  async measure(bench) {
    for (let request = 0; request < WARM_UP; request += 1) await requestJob(bench.client);
    await untilAllEnded(bench.stage);
    const load = startLoad(bench);
    const phases = await runPhases(bench);
    const requests = await load.stop();
    await untilAllEnded(bench.stage);
    return judge(bench, phases, requests);
  },
};

async function runPhases({ cluster: nodes, say }: Bench): Promise<Phase[]> {
  if (nodes === undefined) throw new Error('There is no cluster');
  const phases: Phase[] = [];
  const last = async (name: string): Promise<void> => {
    const from = Date.now();
    await delay(PHASE_MS);
    phases.push({ name, from, to: Date.now() });
    say(`${name}: over`);
  };
  await last('whole');
  for (const which of ['leader', 'next leader']) {
    const leader = await nodes.leaderOf(QUEUE);
    const node = nodes.nodes.get(leader);
    say(`SIGKILL for ${leader}, which leads the queue`);
    await node?.kill('SIGKILL');
    await last(`${which} dead`);
    await node?.start();
    await nodes.untilWhole();
    await last(`${which} back`);
  }
  return phases;
}

/** Callers who go on until they are stopped; then each of them is told his last end. */
function startLoad({ client, stage, recorder }: Bench): { stop(): Promise<Request[]> } {
  const stopping = new AbortController();
  const watching = { apiUrls: stage.apiUrls, recorder, stopping: new AbortController().signal };
  const requests: Request[] = [];
  const callers = Array.from({ length: CALLERS }, async (_, caller) => {
    for (let turn = caller; !stopping.signal.aborted; turn += 1) {
      const api = APIS[turn % APIS.length] ?? 'api-1';
      const at = Date.now();
      const startedAt = performance.now();
      const outcome = await client.request(api, {
        door: turn % 3 === 0 ? 'graphql' : 'rest',
        filter: ownFilter(),
        key: null,
        maxAgeSeconds: 0,
      });
      const acceptMs = Math.round(performance.now() - startedAt);
      requests.push({ at, acceptMs, answer: codeOf(outcome) });
      if (outcome.phase !== 'ok' || outcome.seen === undefined) {
        await delay(100);
        continue;
      }
      const stream = (['events', 'jobUpdated', 'reportCompleted'] as const)[turn % 3] ?? 'events';
      await watch(watching, { jobId: outcome.seen.jobId, stream, api });
    }
  });
  return {
    async stop() {
      stopping.abort();
      await Promise.all(callers);
      return requests;
    },
  };
}

async function judge({ stage, recorder }: Bench, phases: readonly Phase[], requests: readonly Request[]) {
  const jobs = await query<{ id: string; status: string; endedAt: number }>(
    stage,
    "SELECT id, status, CAST(TIMESTAMPDIFF(MICROSECOND, '1970-01-01', completed_at) DIV 1000 AS DOUBLE) AS endedAt FROM report_jobs ORDER BY completed_at",
  );
  const attempts = await query<{ job_id: string; attempts: number }>(
    stage,
    'SELECT job_id, COUNT(*) AS attempts FROM report_job_attempts GROUP BY job_id',
  );
  const ended = new Map(jobs.map(({ id, endedAt }) => [id, endedAt]));
  const watches = new Map(
    recorder.events.flatMap((event) =>
      event.type === 'invoke' && event.action === 'watch' ? [[event.id, event.jobId] as const] : [],
    ),
  );
  const ends = recorder.events.flatMap((event) =>
    event.type === 'told' && event.seen.status === 'SUCCEEDED' ? [event] : [],
  );
  const toldOf = new Set(ends.map(({ id }) => id));
  const observersMissed = [...watches.keys()].filter((id) => !toldOf.has(id)).length;
  const observersTwice = ends.length - toldOf.size;
  const accepted = recorder.events.flatMap((event) =>
    event.type === 'return' && event.phase === 'ok' && event.seen ? [event.seen.jobId] : [],
  );
  const lost = accepted.filter((id) => !ended.has(id)).length;
  const notSucceeded = jobs.filter(({ status }) => status !== 'SUCCEEDED').length;
  const attemptsBeyondOne = attempts.filter((job) => job.attempts !== 1).length;

  const perPhase = Object.fromEntries(
    phases.map(({ name, from, to }) => {
      const within = (at: number) => at >= from && at < to;
      const endTimes = jobs.map(({ endedAt }) => endedAt).filter(within);
      const pauses = [...endTimes, to].map((at, index) => at - (endTimes[index - 1] ?? from));
      const told = ends.filter(({ at }) => within(at));
      return [
        name,
        {
          jobsPerSecond: Math.round((endTimes.length * 10_000) / (to - from)) / 10,
          acceptMs: quantiles(requests.filter(({ at }) => within(at)).map(({ acceptMs }) => acceptMs)),
          toldMs: quantiles(told.map(({ at, seen }) => at - (ended.get(seen.jobId) ?? 0))),
          longestPauseMs: Math.max(...pauses),
        },
      ];
    }),
  );
  const answers = countBy(requests.map(({ answer }) => answer));
  const isGood =
    requests.every(({ answer }) => answer === 'ok') &&
    [lost, notSucceeded, attemptsBeyondOne, observersMissed, observersTwice].every((count) => count === 0) &&
    Object.values(perPhase).every(({ longestPauseMs }) => longestPauseMs <= MAX_PAUSE_MS);
  return {
    ok: isGood,
    figures: {
      requests: requests.length,
      answers,
      lost,
      notSucceeded,
      attemptsBeyondOne,
      observersMissed,
      observersTwice,
      phases: perPhase,
    },
  };
}
