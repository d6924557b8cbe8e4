import type { Knex } from 'knex';
import { DEADLINE_MS } from './connection-pool.js';
import { isJobId } from './find-job.js';
import { inGroups } from './in-groups.js';
import { JOBS } from './job-row.js';
import type { Database } from './knex.js';
import type { Session } from './session.js';

/**
 * 1 + the jobs that are due before a QUEUED one. To count them is to walk through the queue, so those who ask while that
 * is done share the next walk.
 */
export function queuePositions({ knex, main }: Database): (id: string) => Promise<number | undefined> {
  return inGroups<string, number | undefined>({
    work: async (ids, deadlineMs) => {
      const positions = await main.run((session) => findPositions(knex, session, ids), { deadlineMs });
      return ids.map((id) => ({ status: 'fulfilled', value: positions.get(id) }));
    },
    apartBy: () => null,
    withinMs: DEADLINE_MS,
  });
}

interface Place {
  readonly id: string;
  readonly due_at: Date;
}

async function findPositions(
  knex: Knex,
  session: Session,
  ids: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const places = await session.rows<Place>(
    knex(JOBS).select('id', 'due_at').whereIn('id', ids.filter(isJobId)).where({ status: 'QUEUED' }),
  );
  const inOrder = [...places].sort(
    (a, b) => a.due_at.getTime() - b.due_at.getTime() || (a.id < b.id ? -1 : 1),
  );
  const positions = new Map<string, number>();
  if (inOrder.length === 0) return positions;
  const steps = inOrder.map((place, index) => jobsBetween(index, inOrder[index - 1], place));
  const counted = await session.rows<{ step: number; jobs: number }>(
    knex.raw(
      steps.map(({ sql }) => sql).join(' UNION ALL '),
      steps.flatMap(({ bindings }) => bindings),
    ),
  );
  const counts = new Map(counted.map(({ step, jobs }) => [step, jobs]));
  let position = 1;
  for (const [step, { id }] of inOrder.entries()) {
    position += counts.get(step) ?? 0;
    positions.set(id, position);
  }
  return positions;
}

/** Counts what is due from the one place on and before the other. Text, since building a hundred takes Knex a while. */
function jobsBetween(step: number, from: Place | undefined, to: Place) {
  return {
    sql: `SELECT ? AS step, COUNT(*) AS jobs FROM ${JOBS}
      WHERE status IN ('QUEUED', 'RETRYING')
        AND due_at <= LEAST(?, UTC_TIMESTAMP(3)) AND (due_at < ? OR id < ?)
        ${from === undefined ? '' : 'AND due_at >= ? AND (due_at > ? OR id >= ?)'}`,
    bindings: [
      ...[step, to.due_at, to.due_at, to.id],
      ...(from === undefined ? [] : [from.due_at, from.due_at, from.id]),
    ],
  };
}
