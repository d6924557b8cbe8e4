import { hash } from 'node:crypto';
import type { Knex } from 'knex';
import { ReportsError } from '../../reports/errors.js';
import type { ReportJob } from '../../jobs/job.js';
import type { Accepted, JobRequest, JobRequests } from '../../jobs/ports/job-store.js';
import { DEADLINE_MS, type Work } from './connection-pool.js';
import { isDuplicateKey } from './database-errors.js';
import { readJobs } from './read-job.js';
import { dropKey, placeOf, pointKey, readKeys, takeKeys } from './idempotency-keys.js';
import { inGroups } from './in-groups.js';
import { JOB_COLUMNS, JOBS, toJob, type JobRow } from './job-row.js';
import type { Database } from './database.js';
import { OpenJobs } from './open-jobs.js';
import type { Session } from './session.js';

/** More than a result is ever kept; beyond it the database's calendar ends and the comparison would be NULL. */
const LONGEST_AGE_SECONDS = 10 * 365 * 86_400;

/**
 * Accepts requests, those that arrive together in one transaction. Unique keys decide; the second of two
 * equal requests reads what the first one made.
 */
export function jobRequests({ knex, main }: Database): JobRequests {
  const openJobs = new OpenJobs(knex);
  const acceptInGroup = inGroups<Asked, Accepted>({
    work: (group, deadlineMs) => {
      const work: Work<readonly PromiseSettledResult<Accepted>[]> = (session) =>
        acceptAll({ knex, session, openJobs }, group);
      // A lock that one request of many waits for is for that one to wait for.
      const options = { deadlineMs, lockWaits: group.length === 1 };
      // Without a key, one INSERT is all that is written, and it is a transaction by itself.
      return group.some(hasKey) ? main.transact(work, options) : main.run(work, options);
    },
    apartBy: (asked) => (hasKey(asked) ? placeOf(asked.requestedBy, asked.idempotencyKey) : null),
    withinMs: DEADLINE_MS,
    bytesOf: ({ filterJson }) => filterJson.length + BYTES_BESIDE_FILTER,
  });
  return { accept: (request) => acceptInGroup({ ...request, ...hashesOf(request) }) };
}

/** Id, kind, hashes and requester of a row. */
const BYTES_BESIDE_FILTER = 1000;

interface Asked extends JobRequest {
  readonly filterJson: string;
  readonly filterHash: string;
  readonly coalesceKey: string;
}

type AskedWithKey = Asked & { readonly idempotencyKey: string };

function hasKey(asked: Asked): asked is AskedWithKey {
  return asked.idempotencyKey !== null;
}

function hashesOf({ kind, definition, filter, requestedBy }: JobRequest) {
  const filterJson = JSON.stringify(filter);
  return {
    filterJson,
    filterHash: sha256(kind, filterJson),
    coalesceKey: sha256(requestedBy, kind, definition, filterJson),
  };
}

function sha256(...parts: readonly string[]): string {
  return hash('sha256', parts.join('\n'));
}

/** What became of each request, so far. */
type Outcomes = Map<Asked, PromiseSettledResult<Accepted>>;

interface Means {
  readonly knex: Knex;
  readonly session: Session;
  readonly openJobs: OpenJobs;
}

async function acceptAll(
  means: Means,
  group: readonly Asked[],
): Promise<readonly PromiseSettledResult<Accepted>[]> {
  const { knex, session } = means;
  const outcomes: Outcomes = new Map();
  const open = () => group.filter((asked) => !outcomes.has(asked));
  await answerByKey(knex, session, group.filter(hasKey), outcomes);
  const owners = open().filter(hasKey);
  await answerByAge(knex, session, open(), outcomes);
  // Again for those who came with one that is there already, and for whom a job ended at the moment it was looked for.
  while (outcomes.size < group.length) await createOrJoin(means, open(), outcomes);
  await handKeysOver(knex, session, owners, outcomes);
  return group.map((asked) => outcomes.get(asked) as PromiseSettledResult<Accepted>);
}

function settle(outcomes: Outcomes, asked: Asked, value: Accepted): void {
  outcomes.set(asked, { status: 'fulfilled', value });
}

/**
 * New jobs for all of them, or for none when one of them is there already; a request that is answered by what is there is
 * settled, and the others come again. Where the requester has as many open jobs as they may, only what is there answers.
 */
async function createOrJoin(
  { knex, session, openJobs }: Means,
  group: readonly Asked[],
  outcomes: Outcomes,
): Promise<void> {
  await openJobs.refresh(session, group);
  const byKey = new Map([...group].reverse().map((asked) => [asked.coalesceKey, asked]));
  const places = [...byKey.values()].filter((asked) => openJobs.take(asked));
  let created: ReadonlySet<Asked> = new Set();
  try {
    created = await createAll(knex, session, group, places, outcomes);
  } finally {
    for (const asked of places) if (!created.has(asked)) openJobs.giveBack(asked);
  }
  const others = group.filter((asked) => !outcomes.has(asked));
  await joinOpen(knex, session, others, outcomes);
  // A place that was given back is there for others the next time.
  if (places.some((asked) => !created.has(asked))) return;
  const admitted = new Set(places.map(({ coalesceKey }) => coalesceKey));
  for (const asked of others)
    if (!outcomes.has(asked) && !admitted.has(asked.coalesceKey))
      outcomes.set(asked, { status: 'rejected', reason: tooManyOpen(asked) });
}

/**
 * In the order of the key that may make them wait for each other, so that transactions line up instead of deadlocking.
 *
 * @param places those that a job may be made for, each with a key of its own
 * @returns those that have the job which bears their id
 */
async function createAll(
  knex: Knex,
  session: Session,
  group: readonly Asked[],
  places: readonly Asked[],
  outcomes: Outcomes,
): Promise<ReadonlySet<Asked>> {
  const sorted = [...places].sort(by(({ coalesceKey }) => coalesceKey));
  // Its own id is there already when the answer to an earlier try was lost.
  const ids = group.map(({ id }) => id);
  const jobs = (await createJobs(knex, session, sorted)) ?? (await readJobs(knex, session, ids));
  const byId = new Map(jobs.map((job) => [job.id, job]));
  for (const asked of group) {
    const job = byId.get(asked.id);
    if (job !== undefined) settle(outcomes, asked, { job, outcome: 'created' });
  }
  return new Set(group.filter(({ id }) => byId.has(id)));
}

/** Undefined when there is none to be made, or one of them is there already. */
async function createJobs(
  knex: Knex,
  session: Session,
  group: readonly Asked[],
): Promise<readonly ReportJob[] | undefined> {
  if (group.length === 0) return undefined;
  try {
    const { insertId: microseconds } = await session.change(insertJobs(knex, group));
    return group.map((asked) => toJob(newRow(asked, new Date(microseconds / 1000))));
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
    return undefined;
  }
}

/** As the row that was inserted stands in the table, so that it need not be read. */
function newRow(asked: Asked, insertedAt: Date): JobRow {
  const { id, kind, definition, filterJson, requestedBy, requestId, maxAttempts } = asked;
  return {
    ...BLANK,
    id,
    kind,
    definition,
    status: 'QUEUED',
    version: 1,
    epoch: 0,
    filter: filterJson,
    requested_by: requestedBy,
    request_id: requestId,
    max_attempts: maxAttempts,
    created_at: insertedAt,
    due_at: insertedAt,
  };
}

/** What the table puts into the columns that are not given. */
const BLANK = {
  processed_posts: 0,
  total_posts: null,
  percent: null,
  attempt_count: 0,
  attempts_before_run: 0,
  error_code: null,
  error_message: null,
  fingerprint: null,
  started_at: null,
  claimed_at: null,
  lease_until: null,
  completed_at: null,
  totals: null,
  as_of: null,
  duration_ms: null,
  expires_at: null,
} as const;

/** The answer's `insertId` is the moment that the rows bear, in microseconds. */
function insertJobs(knex: Knex, group: readonly Asked[]) {
  const values = group.map(
    (_, index) =>
      `(?, ?, ?, 'QUEUED', 1, 0, ?, ?, ?, ?, ?, ?, ${index === 0 ? NOW_TOLD : NOW}, ${NOW}, ${NOW})`,
  );
  return knex.raw(
    `INSERT INTO ${JOBS} (id, kind, definition, status, version, epoch, filter, filter_hash, requested_by, request_id,
       coalesce_key, max_attempts, created_at, due_at, sent_at)
     VALUES ${values.join()}`,
    group.flatMap((asked) => [
      ...[asked.id, asked.kind, asked.definition, asked.filterJson, asked.filterHash, asked.requestedBy],
      ...[asked.requestId],
      ...[asked.coalesceKey, asked.maxAttempts],
    ]),
  );
}

const NOW = 'UTC_TIMESTAMP(3)';
/** The same moment, which both servers also send to the client: that is what LAST_INSERT_ID(expr) is documented for. */
const NOW_TOLD = `TIMESTAMP'1970-01-01 00:00:00' + INTERVAL
  LAST_INSERT_ID(TIMESTAMPDIFF(MICROSECOND, TIMESTAMP'1970-01-01 00:00:00', ${NOW})) MICROSECOND`;

async function joinOpen(
  knex: Knex,
  session: Session,
  group: readonly Asked[],
  outcomes: Outcomes,
): Promise<void> {
  if (group.length === 0) return;
  const keys = [...new Set(group.map(({ coalesceKey }) => coalesceKey))];
  const rows = await session.rows<JobRow & { readonly coalesce_key: string }>(
    knex(JOBS)
      .select([...JOB_COLUMNS, 'coalesce_key'])
      .whereIn('coalesce_key', keys),
  );
  const jobs = new Map(rows.map((row) => [row.coalesce_key, toJob(row)]));
  for (const asked of group) {
    const job = jobs.get(asked.coalesceKey);
    if (job !== undefined) settle(outcomes, asked, { job, outcome: 'coalesced' });
  }
}

async function answerByAge(
  knex: Knex,
  session: Session,
  group: readonly Asked[],
  outcomes: Outcomes,
): Promise<void> {
  for (const asked of group) {
    if (!asked.maxAgeSeconds) continue;
    const age = Math.min(asked.maxAgeSeconds, LONGEST_AGE_SECONDS);
    const row = await session.first<JobRow>(
      knex(JOBS)
        .select(JOB_COLUMNS)
        .where({ filter_hash: asked.filterHash, requested_by: asked.requestedBy, status: 'SUCCEEDED' })
        .where({ definition: asked.definition })
        .whereRaw(`as_of >= ${NOW} - INTERVAL ? SECOND`, [age])
        // Later than now: how old it is cannot be known, since the clock was set back.
        .whereRaw(`as_of <= ${NOW}`)
        .whereRaw(`expires_at > ${NOW}`)
        .orderBy('as_of', 'desc')
        .limit(1),
    );
    if (row !== undefined) settle(outcomes, asked, { job: toJob(row), outcome: 'reused' });
  }
}

/** Takes the keys that are free for the requests' own ids; the others are answered by the jobs that they stand for. */
async function answerByKey(
  knex: Knex,
  session: Session,
  group: readonly AskedWithKey[],
  outcomes: Outcomes,
): Promise<void> {
  if (group.length === 0) return;
  await session.change(takeKeys(knex, group));
  const held = (await readKeys(knex, session, group)).filter(({ asked, jobId }) => jobId !== asked.id);
  const ids = held.map(({ jobId }) => jobId);
  const jobs = new Map((await readJobs(knex, session, ids)).map((job) => [job.id, job]));
  for (const { asked, filterHash, jobId } of held) {
    const job = jobs.get(jobId);
    if (filterHash !== asked.filterHash) outcomes.set(asked, { status: 'rejected', reason: keyReused() });
    else if (job !== undefined) settle(outcomes, asked, { job, outcome: 'replayed' });
    // Its job was deleted this very moment.
    else await session.change(pointKey(knex, asked, asked.id));
  }
}

/** A key that came with a coalesced or reused answer stands for that job from now on; that of a refused one is free. */
async function handKeysOver(
  knex: Knex,
  session: Session,
  owners: readonly AskedWithKey[],
  outcomes: Outcomes,
): Promise<void> {
  for (const asked of owners) {
    const outcome = outcomes.get(asked);
    if (outcome?.status === 'rejected') await session.change(dropKey(knex, asked));
    else if (outcome !== undefined && outcome.value.job.id !== asked.id)
      await session.change(pointKey(knex, asked, outcome.value.job.id));
  }
}

function by<T>(textOf: (value: T) => string): (a: T, b: T) => number {
  return (a, b) => (textOf(a) < textOf(b) ? -1 : 1);
}

function keyReused(): ReportsError {
  return new ReportsError(
    'IDEMPOTENCY_KEY_REUSED',
    'The idempotency key was used before, with another filter.',
  );
}

function tooManyOpen({ requestedBy, maxOpenJobs }: Asked): ReportsError {
  return new ReportsError(
    'RATE_LIMITED',
    `${requestedBy} has ${maxOpenJobs.toLocaleString('en')} open jobs, the most that one requester may have; wait until some have ended, or cancel some.`,
  );
}
