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
 * Accepts requests. Requests that arrive at the same time share one transaction. The table's unique keys decide between
 * equal requests: the second request reads the job of the first.
 */
export function jobRequests({ knex, main }: Database): JobRequests {
  const openJobs = new OpenJobs(knex);
  const accept = batchCalls<IdentifiedRequest, Accepted>({
    work: (requests, deadlineMs) => {
      const work: Work<readonly PromiseSettledResult<Accepted>[]> = (session) =>
        acceptAll({ knex, session, openJobs }, requests);
      // A batch is not retried after a lock wait: its requests are tried one by one, and only one waits for the lock.
      const options = { deadlineMs, lockWaits: requests.length === 1 };
      // Requests without idempotency keys write one INSERT only, which needs no transaction.
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
  // The loop repeats while a request has no outcome: its INSERT failed because of a duplicate in it, or its open job
  // ended before the job was read.
  while (outcomes.pending().length > 0) await createOrJoin(context, outcomes);
  await reassignKeys(knex, session, keyOwners, outcomes);
  return outcomes.all();
}

/**
 * Creates jobs for all pending requests, or for none when an open job for one of them exists. Then answers each request
 * that has an open job with that job. A requester with the maximum number of open jobs gets no new job, but is still
 * answered by an open job.
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
  // A job that was not created leaves room for another request of its requester, which the next pass may admit.
  if (admitted.some((request) => !created.has(request))) return;
  const admittedKeys = new Set(admitted.map(({ coalesceKey }) => coalesceKey));
  for (const request of outcomes.pending())
    if (!admittedKeys.has(request.coalesceKey)) outcomes.reject(request, tooManyOpen(request));
}
