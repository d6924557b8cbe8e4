import type { Knex } from 'knex';
import type { ReportJob } from '../../jobs/job.js';
import type { JobReader, QueuePlace } from '../../jobs/ports/job-store.js';
import { JOBS } from './job-row.js';
import type { Database } from './database.js';
import type { Session } from './session.js';

/**
 * Counts the waiting jobs ahead of given places in the queue. One statement counts for all places, and reads only the
 * index. In a long queue the count starts from the known place, a place whose count was read a moment ago. Jobs that
 * this process has put into the queue behind the known place are counted in memory, so that accepting these jobs needs
 * no read.
 */
export class QueuePlaces {
  readonly #database: Database;
  #known: KnownPlace | undefined;
  /** Keys of the jobs behind the known place that this process put into the queue, in the order of the queue. */
  #added: string[] = [];

  constructor(database: Database) {
    this.#database = database;
  }

  /** Records a job that this process has put into the queue. */
  add({ id, definition, dueAt }: Pick<ReportJob, 'id' | 'definition' | 'dueAt'>): void {
    const known = this.#known;
    if (known === undefined || dueAt === null || !known.definitions.includes(definition)) return;
    if (!isFresh(known)) return this.#forget();
    const key = keyOf({ dueAt, id });
    if (key <= keyOf(known)) return;
    let index = this.#added.length;
    while (index > 0 && (this.#added[index - 1] as string) > key) index -= 1;
    this.#added.splice(index, 0, key);
  }

  readonly countAhead: JobReader['countAhead'] = async (places, ofDefinitions) => {
    if (places.length === 0) return [];
    const known = this.#known?.of === ofDefinitions?.join() ? this.#known : undefined;
    const start = known !== undefined && isFresh(known) ? known : undefined;
    return this.#countAdded(places, start) ?? (await this.#read(places, ofDefinitions, start));
  };

  /**
   * Counts the jobs ahead of the places in `#added`, without a read. Returns undefined when one of the places does not
   * belong to a job in `#added`.
   */
  #countAdded(places: readonly QueuePlace[], start: KnownPlace | undefined): readonly number[] | undefined {
    if (start === undefined) return undefined;
    const indexes = places.map((place) => this.#added.lastIndexOf(keyOf(place)));
    if (indexes.includes(-1)) return undefined;
    return indexes.map((index) => start.ahead + 1 + index);
  }

  async #read(
    places: readonly QueuePlace[],
    ofDefinitions: readonly string[] | undefined,
    start: KnownPlace | undefined,
  ): Promise<readonly number[]> {
    const { knex, main } = this.#database;
    return await main.run(async (session) => {
      const countedAt = performance.now();
      const definitions =
        start?.definitions ?? ofDefinitions ?? (await readWaitingDefinitions(knex, session));
      const sorted = sortPlaces(start === undefined ? places : [...places, start]);
      const counts = await countSteps(knex, session, sorted, definitions, start);
      const last = sorted.at(-1);
      if (start === undefined && last !== undefined) {
        this.#forget();
        const ahead = counts.get(keyOf(last)) ?? 0;
        this.#known = { ...last, ahead, of: ofDefinitions?.join(), definitions, countedAt };
      }
      return places.map((place) => counts.get(keyOf(place)) ?? 0);
    });
  }

  #forget(): void {
    this.#known = undefined;
    this.#added = [];
  }
}

/**
 * Reads the definitions of the waiting jobs. The index of waiting jobs begins with status and definition, so a count
 * without definitions in its WHERE would read the whole queue. Each statement finds the next definition by one index
 * lookup per status. `SELECT DISTINCT` also skips from one definition to the next, but only when the table's statistics
 * make the optimizer choose that plan (MariaDB 10.11).
 */
async function readWaitingDefinitions(knex: Knex, session: Session): Promise<readonly string[]> {
  const found: string[] = [];
  for (;;) {
    const last = found.at(-1) ?? '';
    const row = await session.first<{ next: string | null }>(knex.raw(NEXT_DEFINITION, [last, last]));
    if (typeof row?.next !== 'string') return found;
    found.push(row.next);
  }
}

const NEXT_DEFINITION = `SELECT MIN(first) AS next FROM (${firstDefinition('QUEUED')} UNION ALL ${firstDefinition('RETRYING')}) firsts`;

function firstDefinition(status: string): string {
  return `SELECT MIN(definition) AS first FROM ${JOBS} FORCE INDEX (report_jobs_waiting)
    WHERE status = '${status}' AND definition > ?`;
}

/** A place whose count is remembered for a moment. */
interface KnownPlace extends QueuePlace {
  readonly ahead: number;
  /**
   * The definitions that `countAhead` was called with, joined by commas. Undefined when it was called without
   * definitions.
   */
  readonly of: string | undefined;
  readonly definitions: readonly string[];
  /** By the clock of `performance.now()`. */
  readonly countedAt: number;
}

/** With fewer jobs ahead, a place is always counted from the start of the queue. */
const LONG_QUEUE = 1000;
/** A count is remembered for 1 ms per 10 jobs ahead: the longer the queue, the less a few jobs matter. */
const JOBS_PER_MS = 10;
const LONGEST_MS = 1000;

function isFresh({ ahead, countedAt }: KnownPlace): boolean {
  return ahead >= LONG_QUEUE && performance.now() - countedAt < Math.min(LONGEST_MS, ahead / JOBS_PER_MS);
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

/**
 * Returns the number of jobs ahead of each place. `start` is a place whose number is known: with `start`, jobs before
 * the first place are not counted.
 */
async function countSteps(
  knex: Knex,
  session: Session,
  sorted: readonly QueuePlace[],
  definitions: readonly string[],
  start: KnownPlace | undefined,
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

/**
 * Counts the jobs from one place (included) to the next (excluded). Places are not compared by row constructors,
 * because MySQL does not use the index for row constructors.
 */
function stepSql(from: QueuePlace | undefined, definitions: readonly string[]): string {
  const known = definitions.length === 0 ? 'FALSE' : `definition IN (${definitions.map(() => '?').join()})`;
  return `SELECT ? AS step, COUNT(*) AS jobs FROM ${JOBS}
    WHERE status IN ('QUEUED', 'RETRYING') AND ${known} AND due_at <= UTC_TIMESTAMP(3)
      AND due_at <= ? AND (due_at < ? OR id < ?)
      ${from === undefined ? '' : 'AND due_at >= ? AND (due_at > ? OR id >= ?)'}`;
}

function stepBindings({ step, from, to }: Step, definitions: readonly string[]): (string | number | Date)[] {
  const after = from === undefined ? [] : [from.dueAt, from.dueAt, from.id];
  return [step, ...definitions, to.dueAt, to.dueAt, to.id, ...after];
}
