import type { Knex } from 'knex';
import { DEADLINE_MS } from './connection-pool.js';
import { isJobId } from './find-job.js';
import { inGroups } from './in-groups.js';
import { JOBS } from './job-row.js';
import type { Database } from './database.js';
import type { LivingDefinitions } from './living-definitions.js';
import type { Session } from './session.js';

/**
 * 1 + the jobs that are due before a QUEUED one; of those that are due at one moment the id decides. To count them is
 * to walk through the queue, so those who ask while that is done share the next walk, and in a long queue it goes on
 * from where one ended a moment ago.
 */
export function queuePositions(
  { knex, main }: Database,
  living: LivingDefinitions,
): (id: string) => Promise<number | undefined> {
  let landmark: Landmark | undefined;

  const find = async (session: Session, ids: readonly string[]): Promise<ReadonlyMap<string, number>> => {
    const now = performance.now();
    const start = landmark !== undefined && holds(landmark, now) ? landmark : undefined;
    const queue = queueOf(knex, await living(session));
    const places = await findPlaces(knex, session, queue, ids);
    const moments = await countBefore(knex, session, queue, places, start);
    const last = moments.at(-1);
    if (start === undefined) landmark = last && { ...last, countedAt: now };
    const before = new Map(moments.map((moment) => [moment.dueAt.getTime(), moment.before]));
    return new Map(
      places.map(({ id, dueAt, alike }) => [id, 1 + (before.get(dueAt.getTime()) ?? 0) + alike] as const),
    );
  };

  return inGroups<string, number | undefined>({
    work: async (ids, deadlineMs) => {
      const positions = await main.run((session) => find(session, ids), { deadlineMs });
      return ids.map((id) => ({ status: 'fulfilled', value: positions.get(id) }));
    },
    apartBy: () => null,
    withinMs: DEADLINE_MS,
  });
}

/** The jobs that count: those that a living worker knows; all of them while no worker lives. */
function queueOf(knex: Knex, definitions: readonly string[] | undefined): Knex.Raw {
  if (definitions === undefined) return knex.raw('TRUE');
  if (definitions.length === 0) return knex.raw('FALSE');
  return knex.raw(`definition IN (${definitions.map(() => '?').join()})`, [...definitions]);
}

/** Of a QUEUED job. */
interface Place {
  readonly id: string;
  readonly dueAt: Date;
  /** Jobs that are due at the same moment, and come before it. */
  readonly alike: number;
}

interface Moment {
  readonly dueAt: Date;
  /** Jobs that are due earlier. */
  readonly before: number;
}

/** A moment whose jobs were counted at `countedAt`, by the clock of `performance.now()`. */
interface Landmark extends Moment {
  readonly countedAt: number;
}

/** Fewer jobs than this are always counted. */
const LONG_QUEUE = 1000;
/** A landmark is good for a millisecond for so many jobs before it: what leaves meanwhile weighs the less. */
const JOBS_PER_MS = 10;
const LONGEST_MS = 1000;

function holds({ before, countedAt }: Landmark, now: number): boolean {
  return before >= LONG_QUEUE && now - countedAt < Math.min(LONGEST_MS, before / JOBS_PER_MS);
}

async function findPlaces(
  knex: Knex,
  session: Session,
  queue: Knex.Raw,
  ids: readonly string[],
): Promise<readonly Place[]> {
  const known = ids.filter(isJobId);
  if (known.length === 0) return [];
  // One status at a time, since only then the index leads to the moment; the server takes another one when it may.
  const alike = ['QUEUED', 'RETRYING'].map(
    (status) => `(SELECT COUNT(*) FROM ${JOBS} AS other FORCE INDEX (report_jobs_waiting)
      WHERE other.status = '${status}' AND ? AND other.due_at = job.due_at AND other.id < job.id)`,
  );
  return await session.rows<Place>(
    knex.raw(
      `SELECT job.id, job.due_at AS dueAt, ${alike.join(' + ')} AS alike FROM ${JOBS} AS job
       WHERE job.id IN (${known.map(() => '?').join()}) AND job.status = 'QUEUED'`,
      [...alike.map(() => queue), ...known],
    ),
  );
}

/** Each of their moments once, in order, counted from one to the next. */
async function countBefore(
  knex: Knex,
  session: Session,
  queue: Knex.Raw,
  places: readonly Place[],
  start: Moment | undefined,
): Promise<readonly Moment[]> {
  const moments = momentsOf(start === undefined ? places : [...places, start]);
  const steps = moments
    .map((moment, step) => ({ step, from: moments[step - 1], to: moment }))
    // What is before the first one need not be counted when it is known of another.
    .filter(({ from }) => from !== undefined || start === undefined);
  if (steps.length === 0) return start === undefined ? [] : [start];
  const counted = await session.rows<{ step: number; jobs: number }>(
    knex.raw(
      steps.map(({ from }) => jobsBetween(from)).join(' UNION ALL '),
      steps.flatMap(({ step, from, to }) => [step, queue, to, ...(from === undefined ? [] : [from])]),
    ),
  );
  const jobs = new Map(counted.map((row) => [row.step, row.jobs]));
  let sum = 0;
  const sums = moments.map((_, step) => (sum += jobs.get(step) ?? 0));
  const startsAt = moments.findIndex((moment) => moment.getTime() === start?.dueAt.getTime());
  const offset = start === undefined ? 0 : start.before - (sums[startsAt] ?? 0);
  return moments.map((dueAt, step) => ({ dueAt, before: Math.max(0, offset + (sums[step] ?? 0)) }));
}

function momentsOf(places: readonly { readonly dueAt: Date }[]): readonly Date[] {
  const times = new Set(places.map(({ dueAt }) => dueAt.getTime()));
  return [...times].sort((a, b) => a - b).map((time) => new Date(time));
}

/** Counts what is due from the one moment on and before the other. */
function jobsBetween(from: Date | undefined): string {
  return `SELECT ? AS step, COUNT(*) AS jobs FROM ${JOBS}
    WHERE status IN ('QUEUED', 'RETRYING') AND ? AND due_at <= UTC_TIMESTAMP(3)
      AND due_at < ? ${from === undefined ? '' : 'AND due_at >= ?'}`;
}
