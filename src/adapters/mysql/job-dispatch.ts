import type { Knex } from 'knex';
import type { CanonicalFilter } from '../../reports/canonical-filter.js';
import type { JobDispatch } from '../../jobs/ports/job-store.js';
import { closeAttempt, failedColumns, WORKER_LOST } from './attempt-end.js';
import { clockStep } from './clock-step.js';
import { readJobs, fitsIdColumn } from './read-job.js';
import { JOBS } from './job-row.js';
import { livingDefinitions } from './living-definitions.js';
import type { Database } from './database.js';
import { sweepTables } from './sweep-tables.js';

/**
 * The dispatcher's reads and writes. Dispatchers of several processes may call them at the same time: each dispatcher
 * skips rows that another one has locked. A call that finds no row executes one SELECT without locks.
 */
export function jobDispatch(database: Database): JobDispatch {
  const { knex, main } = database;
  const living = livingDefinitions(database);
  return {
    ...sweepTables(database),
    ...clockStep(database),

    async takeBackExpired(limit) {
      const expired = knex(JOBS)
        .select('id', 'epoch')
        .where({ status: 'RUNNING' })
        .whereRaw('lease_until < UTC_TIMESTAMP(3)')
        .orderBy('lease_until')
        .limit(limit);
      if (!(await anyOf(expired))) return [];
      return main.transact(async (session) => {
        const lost = await session.rows<{ id: string; epoch: number }>(
          expired.clone().forUpdate().skipLocked(),
        );
        for (const { id, epoch } of lost) {
          const takeBack = knex.raw(
            `UPDATE ${JOBS} SET ? WHERE id = ? AND epoch = ? AND status = 'RUNNING'
               AND lease_until < UTC_TIMESTAMP(3)`,
            [failedColumns(knex, WORKER_LOST, 0), id, epoch],
          );
          await session.batch([takeBack, closeAttempt(knex, { id, epoch }, { ...WORKER_LOST, stack: null })]);
        }
        return readJobs(
          knex,
          session,
          lost.map(({ id }) => id),
        );
      });
    },

    async takeDueMessages({ limit, resendAfterMs }) {
      const definitions = await main.run(living);
      const due = knex(JOBS)
        .select('id', 'epoch', 'kind', 'filter')
        .whereIn('status', ['QUEUED', 'RETRYING'])
        .modify((query) => {
          if (definitions !== undefined) void query.whereIn('definition', definitions);
        })
        .whereRaw('due_at <= UTC_TIMESTAMP(3)')
        .whereRaw('(sent_at IS NULL OR sent_at <= UTC_TIMESTAMP(3) - INTERVAL ? MICROSECOND)', [
          Math.round(resendAfterMs * 1000),
        ])
        .limit(limit);
      if (!(await anyOf(due))) return [];
      return main.transact(async (session) => {
        const rows = await session.rows<MessageRow>(due.clone().forUpdate().skipLocked());
        const ids = rows.map(({ id }) => id);
        if (ids.length > 0) {
          await session.change(
            knex(JOBS)
              .whereIn('id', ids)
              .update({ sent_at: knex.raw('UTC_TIMESTAMP(3)') }),
          );
        }
        return rows.map(({ id, epoch, kind, filter }) => ({
          jobId: id,
          attempt: epoch + 1,
          kind,
          filter: JSON.parse(filter) as CanonicalFilter,
        }));
      });
    },

    async markUnsent({ jobId, attempt }) {
      if (!fitsIdColumn(jobId)) return;
      const unsent = knex(JOBS)
        .where({ id: jobId, epoch: attempt - 1 })
        .whereIn('status', ['QUEUED', 'RETRYING'])
        .update({ sent_at: null });
      await main.run((session) => session.change(unsent));
    },
  };

  async function anyOf(query: Knex.QueryBuilder): Promise<boolean> {
    return (await main.run((session) => session.first(query.clone().limit(1)))) !== undefined;
  }
}

interface MessageRow {
  readonly id: string;
  readonly epoch: number;
  readonly kind: string;
  readonly filter: string;
}
