import type { Knex } from 'knex';
import type { JobReader, QueuePlace } from '../../jobs/ports/job-store.js';
import { JOBS } from './job-row.js';
import type { Database } from './database.js';
import type { Session } from './session.js';

/**
 * Counts walk along the index of waiting jobs from one place to the next, in one statement for all places. In a long
 * queue the walk starts from a place that was counted a moment ago.
 */
export function countAhead({ knex, main }: Database): JobReader['countAhead'] {
  let landmark: Landmark | undefined;

  return async (places, definitions) => {
    if (places.length === 0) return [];
    const known = definitions?.join() ?? null;
    const now = performance.now();
    const start = landmark?.definitions === known && isFresh(landmark, now) ? landmark : undefined;
    const sorted = sortPlaces(start === undefined ? places : [...places, start]);
    const counts = await main.run((session) => countSteps(knex, session, sorted, definitions, start));
    const last = sorted.at(-1);
    if (start === undefined && last !== undefined) {
      landmark = { ...last, ahead: counts.get(keyOf(last)) ?? 0, definitions: known, countedAt: now };
    }
    return places.map((place) => counts.get(keyOf(place)) ?? 0);
  };
}

/** A place whose count is remembered for a moment. */
interface Landmark extends QueuePlace {
  readonly ahead: number;
  readonly definitions: string | null;
  /** By the clock of `performance.now()`. */
  readonly countedAt: number;
}

/** With fewer jobs ahead, a place is always counted from the start of the queue. */
const LONG_QUEUE = 1000;
/** A count is remembered for 1 ms per 10 jobs ahead: the longer the queue, the less a few jobs matter. */
const JOBS_PER_MS = 10;
const LONGEST_MS = 1000;

function isFresh({ ahead, countedAt }: Landmark, now: number): boolean {
  return ahead >= LONG_QUEUE && now - countedAt < Math.min(LONGEST_MS, ahead / JOBS_PER_MS);
}

/** Each place once, in the order of the queue. */
function sortPlaces(places: readonly QueuePlace[]): readonly QueuePlace[] {
  const distinct = new Map(places.map((place) => [keyOf(place), place]));
  return [...distinct.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, place]) => place);
}

/** Sorts as (dueAt, id) does: an ISO date has a fixed length. */
function keyOf({ dueAt, id }: QueuePlace): string {
  return `${dueAt.toISOString()} ${id}`;
}

/** Jobs ahead of each place. Before the first place nothing is counted when `start` says how many there are. */
async function countSteps(
  knex: Knex,
  session: Session,
  sorted: readonly QueuePlace[],
  definitions: readonly string[] | undefined,
  start: Landmark | undefined,
): Promise<ReadonlyMap<string, number>> {
  const steps = sorted.flatMap((to, step) => {
    const from = sorted[step - 1];
    return from === undefined && start !== undefined ? [] : [{ step, from, to }];
  });
  const jobs = new Map<number, number>();
  if (steps.length > 0) {
    const statement = steps.map(({ from }) => stepSql(from, definitions)).join(' UNION ALL ');
    const bindings = steps.flatMap((one) => stepBindings(one, definitions));
    const rows = await session.rows<{ step: number; jobs: number }>(knex.raw(statement, bindings));
    for (const row of rows) jobs.set(row.step, row.jobs);
  }
  let sum = 0;
  const sums = sorted.map((place, step) => [keyOf(place), (sum += jobs.get(step) ?? 0)] as const);
  const counted = new Map(sums);
  const offset = start === undefined ? 0 : start.ahead - (counted.get(keyOf(start)) ?? 0);
  return new Map(sums.map(([key, ahead]) => [key, Math.max(0, offset + ahead)]));
}

interface Step {
  readonly step: number;
  readonly from: QueuePlace | undefined;
  readonly to: QueuePlace;
}

/** Counts from one place on and before the next. No row constructors: MySQL does not use the index for them. */
function stepSql(from: QueuePlace | undefined, definitions: readonly string[] | undefined): string {
  const known =
    definitions === undefined
      ? ''
      : definitions.length === 0
        ? 'AND FALSE'
        : `AND definition IN (${definitions.map(() => '?').join()})`;
  return `SELECT ? AS step, COUNT(*) AS jobs FROM ${JOBS}
    WHERE status IN ('QUEUED', 'RETRYING') ${known} AND due_at <= UTC_TIMESTAMP(3)
      AND due_at <= ? AND (due_at < ? OR id < ?)
      ${from === undefined ? '' : 'AND due_at >= ? AND (due_at > ? OR id >= ?)'}`;
}

function stepBindings(
  { step, from, to }: Step,
  definitions: readonly string[] = [],
): (string | number | Date)[] {
  const after = from === undefined ? [] : [from.dueAt, from.dueAt, from.id];
  return [step, ...definitions, to.dueAt, to.dueAt, to.id, ...after];
}
