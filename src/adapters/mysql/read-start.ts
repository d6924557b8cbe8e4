import type { Knex } from 'knex';
import type { ReadStart } from '../../reports/ports/row-source.js';
import type { Database } from './database.js';
import { isConnectionLost } from './database-errors.js';
import type { ReadStatement } from './read-statement.js';
import type { Session } from './session.js';

/** How long a server may be silent before it is asked whether it is there, and within which it must say so. */
const SILENCE_MS = 900;
const SIGN_OF_LIFE_MS = 1000;

export interface ReadDatabases {
  readonly source: Database;
  /** The service's own database, whose clock dates reports; undefined where it is the source. */
  readonly clock: Database | undefined;
}

/** What the optimiser expects, and then, right before the SELECT, the time. */
export async function readStart(
  { source, clock }: ReadDatabases,
  session: Session,
  { explain }: ReadStatement,
): Promise<ReadStart> {
  const { knex } = source;
  const plan = knex.raw(explain.sql, [...explain.bindings]);
  const estimatedRows = await whileServerIsThere(source, estimate(session, plan));
  const asOf =
    clock === undefined
      ? await whileServerIsThere(source, timeOf(session, knex))
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

/** Null where there is none: a view may be read and yet not be explained; what else is wrong the SELECT says as well. */
async function estimate(session: Session, plan: Knex.Raw): Promise<number | null> {
  try {
    return rowsOf(await session.first<Plan>(plan));
  } catch (error) {
    if (isConnectionLost(error)) throw error;
    return null;
  }
}

/** MySQL says which share of the rows the conditions will leave, MariaDB does not. */
function rowsOf(plan: Plan | undefined): number | null {
  const rows = numberOfRows(plan?.rows ?? null);
  return rows === null ? null : Math.round((rows * (plan?.filtered ?? 100)) / 100);
}

/** MariaDB says `237 (38%)` where it reads by one index and sieves by another. */
function numberOfRows(rows: number | string | null): number | null {
  const number = typeof rows === 'string' ? Number.parseInt(rows, 10) : rows;
  return Number.isNaN(number) ? null : number;
}

/**
 * The statement may wait for as long as the caller lets it, as for a table that is altered; but not for a server that
 * hangs.
 *
 * @throws ServiceUnavailableError when the server does not answer at all
 */
async function whileServerIsThere<Answer>(
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
          .run((session) => session.rows(knex.raw('SELECT 1')), { deadlineMs: SIGN_OF_LIFE_MS })
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
