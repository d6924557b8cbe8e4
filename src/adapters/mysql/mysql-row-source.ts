import type { Knex } from 'knex';
import type { Connection } from 'mysql2';
import type {
  Condition,
  ReadOptions,
  ReadStart,
  RowQuery,
  RowSource,
} from '../../reports/ports/row-source.js';
import type { RowBatch } from '../../reports/row-batch.js';
import { ServiceUnavailableError } from '../../reports/errors.js';
import { createColumnReaders } from './column-readers.js';
import { isConnectionLost } from './database-errors.js';
import { createDatabase, type Database } from './database.js';
import { readRows } from './read-rows.js';
import { readRowBytes } from './row-bytes/read-row-bytes.js';
import { rowSocketOf } from './row-bytes/row-socket.js';
import { destroyConnection, Session, type Statement } from './session.js';
import { toSourceError } from './to-source-error.js';

/** How long a server may be silent before it is asked whether it is there, and within which it must say so. */
const SILENCE_MS = 900;
const SIGN_OF_LIFE_MS = 1000;
const KILL_MS = 1500;

export interface RowSourceOptions {
  /** Where rows are read. */
  readonly sourceUrl: string;
  /** The service's own database, whose clock says how old a report is. */
  readonly databaseUrl: string;
  /** Rows as the socket brings them; false reads them through the driver always. */
  readonly rowBytes?: boolean;
}

/** Reads rows on connections of its own, one per read. */
export function createRowSource({
  sourceUrl,
  databaseUrl,
  rowBytes = true,
}: RowSourceOptions): RowSource & { close(): Promise<void> } {
  const source = createDatabase(sourceUrl, { connections: 4, rowBytes, multipleStatements: true });
  const clock = sourceUrl === databaseUrl ? undefined : createDatabase(databaseUrl, { connections: 1 });
  const { knex, main } = source;
  return {
    async read(query, { signal, onStart, onBatch }) {
      signal.throwIfAborted();
      const select = selectRows(knex, query).toSQL().toNative();
      const connection = await acquire(main, signal);
      const aborted = rejectionOf(signal);
      let isOver = false;
      // The rows that a connection has brought already come even after it was destroyed.
      const onBatchInTime = (batch: RowBatch) => {
        if (!isOver) onBatch(batch);
      };
      try {
        signal.throwIfAborted();
        onStart(await Promise.race([prepare({ source, clock }, connection, select), aborted.promise]));
        await Promise.race([readInto(connection, query, select, onBatchInTime), aborted.promise]);
      } catch (error) {
        isOver = true;
        destroyConnection(connection);
        if (!isConnectionLost(error)) await endQuery(source, connection);
        throw signal.aborted ? signal.reason : toSourceError(error, query);
      } finally {
        aborted.forget();
        await main.release(connection);
      }
    },
    async close() {
      await Promise.all([source.close(), clock?.close()]);
    },
  };
}

/** Waits a second at most. A caller that aborted meanwhile gets the reason of its own signal. */
async function acquire(main: Database['main'], signal: AbortSignal): Promise<Connection> {
  try {
    return await main.acquire();
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  }
}

/** As bytes past the driver where the connection can do that, else through it. */
async function readInto(
  connection: Connection,
  { table, columns }: RowQuery,
  select: Knex.SqlNative,
  onBatch: ReadOptions['onBatch'],
): Promise<void> {
  const readers = createColumnReaders(table, columns);
  const rowSocket = rowSocketOf((connection as unknown as { readonly stream: object }).stream);
  await (rowSocket === undefined
    ? readRows(connection, select, readers, onBatch)
    : readRowBytes(connection, rowSocket, select, readers, onBatch));
}

/** The one way in which rows are read. */
function selectRows(knex: Knex, { table, columns, conditions }: RowQuery): Knex.QueryBuilder {
  const select = knex(table).select(columns.map(({ name }) => name));
  for (const condition of conditions) addCondition(select, condition);
  return select;
}

function addCondition(select: Knex.QueryBuilder, { operator, column, value }: Condition): void {
  const given = Array.isArray(value) ? (value as readonly (string | number)[]) : [value as string | number];
  const values = given.map((one) => bindingOf(column, one));
  const [first = null] = values;
  switch (operator) {
    case 'oneOf':
    case 'equals':
      void select.whereIn(column.name, values);
      // The table's collation may take texts for equal that are not, in case or in blanks at the end.
      if (column.type === 'text')
        void select.whereRaw(
          `CAST(CONVERT(?? USING utf8mb4) AS BINARY) IN (${values.map(() => 'CAST(? AS BINARY)').join()})`,
          [column.name, ...values],
        );
      return;
    case 'from':
      void select.where(column.name, '>=', first);
      return;
    case 'before':
      void select.where(column.name, '<', first);
  }
}

function bindingOf({ type }: Condition['column'], value: string | number): string | number | Date {
  return type === 'instant' ? new Date(value) : value;
}

/** What the optimiser expects, and then, right before the SELECT, the time. */
async function prepare(
  { source, clock }: { readonly source: Database; readonly clock: Database | undefined },
  connection: Connection,
  select: Knex.SqlNative,
): Promise<ReadStart> {
  const session = new Session(connection, Infinity);
  const plan = explain(source, select);
  if (clock !== undefined) {
    const estimatedRows = await whileServerIsThere(source, estimate(session, plan));
    const asOf = await clock.main.run((own) => timeOf(own, source.knex));
    return { asOf, estimatedRows };
  }
  const time = selectTime(source.knex);
  try {
    const together = session.batch<[readonly [Plan?], readonly [Time]]>([plan, time]);
    const [[expected], [{ now }]] = await whileServerIsThere(source, together);
    return { asOf: now, estimatedRows: rowsOf(expected) };
  } catch (error) {
    if (isConnectionLost(error) || error instanceof ServiceUnavailableError) throw error;
    // A view may be read and yet not be explained; what else is wrong the SELECT says as well.
    return { asOf: await whileServerIsThere(source, timeOf(session, source.knex)), estimatedRows: null };
  }
}

interface Time {
  readonly now: Date;
}

function selectTime(knex: Knex): Knex.Raw {
  return knex.raw('SELECT UTC_TIMESTAMP(3) AS now');
}

async function timeOf(session: Session, knex: Knex): Promise<Date> {
  const [time] = await session.rows<Time>(selectTime(knex));
  if (time === undefined) throw new Error('The database does not say what time it is.');
  return time.now;
}

async function estimate(session: Session, plan: Statement): Promise<number | null> {
  try {
    return rowsOf(await session.first<Plan>(plan));
  } catch (error) {
    if (isConnectionLost(error)) throw error;
    return null;
  }
}

function explain({ knex }: Database, { sql, bindings }: Knex.SqlNative) {
  // With its form, since MySQL 9 answers with a tree unless it is asked for a table.
  return knex.raw(`EXPLAIN FORMAT=TRADITIONAL ${sql}`, [...bindings]);
}

/** MySQL says which share of the rows the conditions will leave, MariaDB does not. */
function rowsOf(plan: Plan | undefined): number | null {
  const rows = numberOfRows(plan?.rows ?? null);
  return rows === null ? null : Math.round((rows * (plan?.filtered ?? 100)) / 100);
}

interface Plan {
  readonly rows: number | string | null;
  readonly filtered?: number | null;
}

/**
 * The statement may wait for as long as the caller lets it, as for a table that is altered; but not for a server that
 * hangs.
 *
 * @throws ServiceUnavailableError when the server does not answer anybody
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

/** MariaDB says `237 (38%)` where it reads by one index and sieves by another. */
function numberOfRows(rows: number | string | null): number | null {
  const number = typeof rows === 'string' ? Number.parseInt(rows, 10) : rows;
  return Number.isNaN(number) ? null : number;
}

/**
 * Ends the query in the server. The connection as a whole, since KILL QUERY does nothing when it arrives just before
 * the query, which would then run on, and a scan that finds nothing does not notice a closed socket.
 */
async function endQuery({ knex, leases }: Database, { threadId }: Connection): Promise<void> {
  try {
    await leases.run((session) => session.change(knex.raw('KILL ?', [threadId])), { deadlineMs: KILL_MS });
  } catch {
    // It was over already, or the server is away: either way there is nothing left to end.
  }
}

function rejectionOf(signal: AbortSignal): { promise: Promise<never>; forget: () => void } {
  let forget = () => {};
  const promise = new Promise<never>((_, reject) => {
    const onAbort = () => reject(signal.reason as Error);
    signal.addEventListener('abort', onAbort);
    forget = () => signal.removeEventListener('abort', onAbort);
  });
  promise.catch(() => {});
  return { promise, forget };
}
