import type { Knex } from 'knex';
import type { ReadStart, RowQuery } from '../../reports/ports/row-source.js';
import { checkComparedColumns } from './check-compared-columns.js';
import type { Database } from './database.js';
import { isConnectionLost } from './database-errors.js';
import type { ReadStatement } from './read-statement.js';
import type { Session } from './session.js';

/**
 * After this time without an answer, a SELECT on another connection checks that the server responds. The server has to
 * answer the check within PING_TIMEOUT_MS.
 */
const SILENCE_MS = 900;
const PING_TIMEOUT_MS = 1000;

export interface ReadDatabases {
  readonly source: Database;
  /** The service's own database, whose clock gives `asOf`. Undefined when `source` is the service's own database. */
  readonly clock: Database | undefined;
}

/**
 * Checks the conditions, and reads the optimizer's estimate of the number of rows and then, right before the SELECT, the
 * time.
 *
 * @throws SourceMismatchError
 */
export async function readStart(
  { source, clock }: ReadDatabases,
  session: Session,
  query: RowQuery,
  { explain }: ReadStatement,
): Promise<ReadStart> {
  const { knex } = source;
  await whileServerResponds(source, checkComparedColumns(session, knex, query));
  const plan = knex.raw(explain.sql, [...explain.bindings]);
  const estimatedRows = await whileServerResponds(source, estimate(session, plan));
  const asOf =
    clock === undefined
      ? await whileServerResponds(source, timeOf(session, knex))
      : await clock.main.run((own) => timeOf(own, knex));
  return { asOf, estimatedRows };
}

async function timeOf(session: Session, knex: Knex): Promise<Date> {
  const [time] = await session.rows<{ readonly now: Date }>(knex.raw('SELECT UTC_TIMESTAMP(3) AS now'));
  if (time === undefined) throw new Error('The database does not say what time it is.');
  return time.now;
}

interface Plan {
  readonly rows: number | string | null;
  readonly filtered?: number | null;
}

/**
 * Null when the statement cannot be explained, as with some views. Other errors are ignored, because the SELECT fails
 * with them too.
 */
async function estimate(session: Session, plan: Knex.Raw): Promise<number | null> {
  try {
    return rowsOf(await session.first<Plan>(plan));
  } catch (error) {
    if (isConnectionLost(error)) throw error;
    return null;
  }
}

/** MySQL estimates which share of the rows meets the conditions (`filtered`); MariaDB does not. */
function rowsOf(plan: Plan | undefined): number | null {
  const rows = numberOfRows(plan?.rows ?? null);
  return rows === null ? null : Math.round((rows * (plan?.filtered ?? 100)) / 100);
}

/** MariaDB answers `237 (38%)` where it reads by one index and filters by another. */
function numberOfRows(rows: number | string | null): number | null {
  const number = typeof rows === 'string' ? Number.parseInt(rows, 10) : rows;
  return Number.isNaN(number) ? null : number;
}

/**
 * Waits for the answer as long as the server responds, because a statement may wait for a lock such as that of ALTER
 * TABLE.
 *
 * @throws ServiceUnavailableError when the server does not respond at all
 */
async function whileServerResponds<Answer>(
  { leases, knex }: Database,
  answer: Promise<Answer>,
): Promise<Answer> {
  let timer: NodeJS.Timeout | undefined;
  let isOver = false;
  const gone = new Promise<never>((_resolve, reject) => {
    const watch = () => {
      if (isOver) return;
      timer = setTimeout(() => {
        leases
          .run((session) => session.rows(knex.raw('SELECT 1')), { deadlineMs: PING_TIMEOUT_MS })
          .then(watch, reject);
      }, SILENCE_MS);
    };
    watch();
  });
  try {
    return await Promise.race([answer, gone]);
  } finally {
    isOver = true;
    clearTimeout(timer);
  }
}
