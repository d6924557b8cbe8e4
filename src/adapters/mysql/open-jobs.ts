import type { Knex } from 'knex';
import type { JobRequest } from '../../jobs/ports/job-store.js';
import { ReportsError } from '../../reports/errors.js';
import { JOBS } from './job-row.js';
import type { Session } from './session.js';

const VALID_MS = 1000;
/** Above this number of requesters in memory, counts that are too old to be used are deleted. */
const MANY_REQUESTERS = 1000;

interface Count {
  open: number;
  readonly countedAt: number;
}

type Owner = Pick<JobRequest, 'requestedBy' | 'maxOpenJobs'>;

/**
 * Limits the open jobs of each requester. The number of open jobs is a count in the table, at most one second old, plus
 * the jobs that this process has created since that count.
 */
export class OpenJobs {
  readonly #knex: Knex;
  readonly #counts = new Map<string, Count>();

  constructor(knex: Knex) {
    this.#knex = knex;
  }

  /**
   * Counts the open jobs again of each owner whose remembered count is older than a second. One statement counts for
   * all of these owners, and it reads only an index.
   */
  async refresh(session: Session, owners: readonly Owner[]): Promise<void> {
    const countedAt = performance.now();
    const isValid = (count: Count | undefined) => count && countedAt - count.countedAt < VALID_MS;
    if (this.#counts.size > MANY_REQUESTERS)
      for (const [name, count] of this.#counts) if (!isValid(count)) this.#counts.delete(name);
    const stale = new Map(owners.map((owner) => [owner.requestedBy, owner]));
    for (const name of stale.keys()) if (isValid(this.#counts.get(name))) stale.delete(name);
    if (stale.size === 0) return;
    const names = [...stale.keys()];
    const rows = await session.rows<{ place: number; open: number }>(
      this.#knex.raw(
        names.map(() => COUNT_OF_ONE).join(' UNION ALL '),
        [...stale.values()].flatMap((owner, place) => [place, owner.requestedBy, owner.maxOpenJobs]),
      ),
    );
    for (const { place, open } of rows) this.#counts.set(names[place] as string, { open, countedAt });
  }

  /**
   * Adds 1 to the requester's number of open jobs. Returns false, and adds nothing, if the requester has `maxOpenJobs`
   * already.
   */
  acquire({ requestedBy, maxOpenJobs }: Owner): boolean {
    const count = this.#counts.get(requestedBy);
    if (count === undefined || count.open >= maxOpenJobs) return false;
    count.open += 1;
    return true;
  }

  /** Undoes an `acquire` after which no job was created. */
  release({ requestedBy }: Owner): void {
    const count = this.#counts.get(requestedBy);
    if (count !== undefined) count.open -= 1;
  }
}

/** Whether the requester may have another open job, by a new count in the table. */
export async function mayOpenAnother(
  knex: Knex,
  session: Session,
  { requestedBy, maxOpenJobs }: Owner,
): Promise<boolean> {
  const [row] = await session.rows<{ open: number }>(knex.raw(COUNT_OF_ONE, [0, requestedBy, maxOpenJobs]));
  return (row?.open ?? 0) < maxOpenJobs;
}

export function tooManyOpen({ requestedBy, maxOpenJobs }: Owner): ReportsError {
  return new ReportsError(
    'RATE_LIMITED',
    `${requestedBy} has ${maxOpenJobs.toLocaleString('en')} open jobs, the most that one requester may have; wait until some have ended, or cancel some.`,
  );
}

/** LIMIT ends the count at the requester's maximum. */
const COUNT_OF_ONE = `SELECT ? AS place, COUNT(*) AS open
  FROM (SELECT 1 FROM ${JOBS} WHERE requested_by = ? AND completed_at IS NULL LIMIT ?) AS counted`;
