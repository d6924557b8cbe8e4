import type { Knex } from 'knex';
import type { Accepted, JobRequests } from '../../jobs/ports/job-store.js';
import { batchCalls } from './batch-calls.js';
import { DEADLINE_MS, type Work } from './connection-pool.js';
import { createJobs } from './create-jobs.js';
import type { Database } from './database.js';
import { answerByAge, answerByKey, answerByOpenJob, reassignKeys } from './existing-jobs.js';
import { keyIdentity } from './idempotency-keys.js';
import { hasKey, identify, type IdentifiedRequest } from './identified-request.js';
import { OpenJobs, tooManyOpen } from './open-jobs.js';
import { RequestOutcomes } from './request-outcomes.js';
import type { Session } from './session.js';

/** Estimate for a row of `report_jobs` without its filter: id, kind, hashes and requester. */
const BYTES_BESIDE_FILTER = 1000;

/**
 * Accepts requests; those that arrive at the same time share a transaction. Unique keys decide: the second of two equal
 * requests reads the job of the first one.
 */
export function jobRequests({ knex, main }: Database): JobRequests {
  const openJobs = new OpenJobs(knex);
  const accept = batchCalls<IdentifiedRequest, Accepted>({
    work: (requests, deadlineMs) => {
      const work: Work<readonly PromiseSettledResult<Accepted>[]> = (session) =>
        acceptAll({ knex, session, openJobs }, requests);
      // A batch is not retried after a lock wait: its requests are tried one by one, and only one waits for the lock.
      const options = { deadlineMs, lockWaits: requests.length === 1 };
      // Without idempotency keys a single INSERT is all that is written, and needs no transaction around it.
      return requests.some(hasKey) ? main.transact(work, options) : main.run(work, options);
    },
    separateBy: (request) =>
      hasKey(request) ? keyIdentity(request.requestedBy, request.idempotencyKey) : null,
    withinMs: DEADLINE_MS,
    bytesOf: ({ filterJson }) => filterJson.length + BYTES_BESIDE_FILTER,
  });
  return { accept: (request) => accept(identify(request)) };
}

interface AcceptContext {
  readonly knex: Knex;
  readonly session: Session;
  readonly openJobs: OpenJobs;
}

async function acceptAll(
  context: AcceptContext,
  requests: readonly IdentifiedRequest[],
): Promise<readonly PromiseSettledResult<Accepted>[]> {
  const { knex, session } = context;
  const outcomes = new RequestOutcomes(requests);
  await answerByKey(knex, session, outcomes);
  const keyOwners = outcomes.pending().filter(hasKey);
  await answerByAge(knex, session, outcomes);
  // Repeated for requests that were in one INSERT with a duplicate, or whose open job ended before it was read.
  while (outcomes.pending().length > 0) await createOrJoin(context, outcomes);
  await reassignKeys(knex, session, keyOwners, outcomes);
  return outcomes.all();
}

/**
 * Creates jobs for all pending requests, or for none when one of them has an open job already; then answers those that
 * have one. A requester with as many open jobs as they may have is refused a new one, but still answered by an open
 * one.
 */
async function createOrJoin(
  { knex, session, openJobs }: AcceptContext,
  outcomes: RequestOutcomes,
): Promise<void> {
  const requests = outcomes.pending();
  await openJobs.refresh(session, requests);
  const firstOfKey = new Map([...requests].reverse().map((request) => [request.coalesceKey, request]));
  const admitted = [...firstOfKey.values()].filter((request) => openJobs.acquire(request));
  let created: ReadonlySet<IdentifiedRequest> = new Set();
  try {
    created = await createJobs(knex, session, admitted, outcomes);
  } finally {
    for (const request of admitted) if (!created.has(request)) openJobs.release(request);
  }
  await answerByOpenJob(knex, session, outcomes);
  // A place that was released may admit another request in the next round.
  if (admitted.some((request) => !created.has(request))) return;
  const admittedKeys = new Set(admitted.map(({ coalesceKey }) => coalesceKey));
  for (const request of outcomes.pending())
    if (!admittedKeys.has(request.coalesceKey)) outcomes.reject(request, tooManyOpen(request));
}
