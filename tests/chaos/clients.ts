import { setTimeout as delay } from 'node:timers/promises';
import type { ApiClient, Protocol, RequestOptions } from './api-client.js';
import { APIS, type ApiName } from './fault-plan.js';
import type { Filter, Outcome } from './history.js';
import { FIRST_POST_AT, LAST_POST_AT, USERS } from './posts.js';
import { Random } from './random.js';
import { watch, type StreamKind, type WatchDeps } from './watcher.js';

export interface ClientsDeps extends WatchDeps {
  readonly client: ApiClient;
}

export interface ClientsOptions {
  readonly seed: number;
  readonly jobs: number;
  /** Time within which all clients start. */
  readonly durationMs: number;
}

const SUBMITTING_LASTS_MS = 60_000;
const PAUSE_MS = 250;

/**
 * Runs clients, whose starts are spread evenly over `durationMs`, even while the service is down. The seed and a
 * client's number determine the client's actions. Resolves when all clients have ended. An abort of `stopping` makes
 * them end early.
 */
export async function runClients(deps: ClientsDeps, options: ClientsOptions): Promise<void> {
  const startedAt = performance.now();
  await Promise.all(
    Array.from({ length: options.jobs }, async (_, index) => {
      const random = new Random(`caller ${options.seed} ${index}`);
      const at = ((index + random.next()) / options.jobs) * options.durationMs;
      await delay(Math.max(0, startedAt + at - performance.now()));
      await call(deps, random, index, options);
    }),
  );
}

async function call(
  deps: ClientsDeps,
  random: Random,
  index: number,
  options: ClientsOptions,
): Promise<void> {
  // Each concurrent action of a client has its own random generator, so that their order does not change the numbers.
  const own = (part: string): Random => new Random(`caller ${options.seed} ${index} ${part}`);
  const asked: RequestOptions = {
    protocol: drawProtocol(random),
    // A tenth of the clients request a report that other clients request as well.
    filter: random.chance(0.1) ? popularFilter(random) : ownFilter(random, index),
    key: random.chance(0.65) ? `${options.seed}-${index}` : null,
    maxAgeSeconds: random.chance(0.05) ? 30 : 0,
  };
  const same = random.chance(0.1) ? random.int(1, 4) : 0; // as from an impatient user, or from a proxy that retries
  const duplicates = Array.from({ length: same }, (_, copy) =>
    submit(deps, own(`copy ${copy}`), { ...asked, protocol: drawProtocol(random) }),
  );
  const [jobId] = await Promise.all([submit(deps, random, asked), ...duplicates]);
  if (jobId === undefined) return;
  await Promise.all([follow(deps, own('follow'), jobId), cancelPerhaps(deps, own('cancel'), jobId)]);
}

/**
 * Sends the request until the service accepts or rejects it. A retry is safe with an idempotency key; without a key it
 * may create another job.
 */
async function submit(deps: ClientsDeps, random: Random, asked: RequestOptions): Promise<string | undefined> {
  const giveUpAt = performance.now() + SUBMITTING_LASTS_MS;
  while (!deps.stopping.aborted && performance.now() < giveUpAt) {
    const outcome = await deps.client.request(random.pick(APIS), asked);
    if (outcome.phase === 'ok') return outcome.seen?.jobId;
    if (outcome.phase === 'fail' && !isPassing(outcome)) return undefined;
    await delay(PAUSE_MS);
  }
  return undefined;
}

function isPassing(outcome: Outcome & { phase: 'fail' }): boolean {
  return outcome.httpStatus === 0 || outcome.httpStatus === 503 || outcome.code === 'SERVICE_UNAVAILABLE';
}

async function follow(deps: ClientsDeps, random: Random, jobId: string): Promise<void> {
  const api = random.pick(APIS);
  const stream: StreamKind = random.pick(['events', 'events', 'jobUpdated', 'reportCompleted']);
  const looks = random.chance(0.1) ? random.int(1, 5) : 0;
  const waits = random.chance(0.1);
  const watches = random.chance(0.45);
  if (random.chance(0.2)) await delay(random.int(0, 60)); // so that some clients begin at about the end of the job
  if (watches) await watch(deps, { jobId, stream, api });
  if (waits) await deps.client.show(api, jobId, 5);
  for (let look = 0; look < looks; look += 1) {
    await deps.client.show(random.pick(APIS), jobId);
    await delay(random.int(5, 200));
  }
  if (watches && random.chance(0.5)) await deps.client.result(api, jobId);
}

async function cancelPerhaps({ client }: ClientsDeps, random: Random, jobId: string): Promise<void> {
  if (!random.chance(0.07)) return;
  await delay(random.int(0, 80));
  const protocol = drawProtocol(random);
  const times = random.chance(0.3) ? 3 : 1;
  await Promise.all(
    Array.from({ length: times }, () => client.change(random.pick(APIS), 'cancel', protocol, jobId)),
  );
}

function drawProtocol(random: Random): Protocol {
  return random.chance(0.7) ? 'rest' : 'graphql';
}

/** Returns a filter that no other client uses: its time span ends at a different millisecond for each client. */
function ownFilter(random: Random, index: number): Filter {
  const from = random.int(FIRST_POST_AT, LAST_POST_AT - 200_000_000);
  const created_to = new Date(LAST_POST_AT - index).toISOString();
  return {
    ...(random.chance(0.5) && { user_ids: usersOf(random) }),
    ...(random.chance(0.7) && { created_from: new Date(from).toISOString() }),
    created_to,
  };
}

function popularFilter(random: Random): Filter {
  return random.pick<Filter>([{}, { user_ids: [1] }, { user_ids: [2, 3, 5, 7] }, { user_ids: [USERS + 1] }]);
}

function usersOf(random: Random): number[] {
  return Array.from({ length: random.int(1, 6) }, () => random.int(1, USERS));
}

const RETRY_ROUND_MS = 700;
const RETRIES_PER_JOB = 3;

/** Retries failed jobs as an operator with several windows would. Resolves when `stopping` is aborted. */
export async function runOperator(
  { client }: Pick<ClientsDeps, 'client'>,
  { seed, stopping }: { seed: number; stopping: AbortSignal },
): Promise<void> {
  const random = new Random(`operator ${seed}`);
  const retries = new Map<string, number>();
  while (!stopping.aborted) {
    const ids = await client.failedJobs(random.pick(APIS), 40);
    for (const id of ids) {
      const so = retries.get(id) ?? 0;
      if (so >= RETRIES_PER_JOB || stopping.aborted) continue;
      retries.set(id, so + 1);
      const windows = random.pick([1, 2, 6]);
      await Promise.all(
        Array.from({ length: windows }, () =>
          client.change(random.pick<ApiName>(APIS), 'retry', drawProtocol(random), id),
        ),
      );
    }
    await delay(RETRY_ROUND_MS);
  }
}
