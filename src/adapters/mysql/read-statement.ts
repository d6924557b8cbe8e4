import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Knex } from 'knex';
import type { Database } from './database.js';

/** A SELECT that can be found in the server's process list, and that has a time limit of its own. */
export interface ReadStatement {
  /** Random text in a comment at the beginning of `select` and `explain`, by which the process list is searched. */
  readonly mark: string;
  readonly select: Knex.SqlNative;
  readonly explain: Knex.SqlNative;
}

/**
 * The server's time limit is later than the caller's by this time, so that the caller's error is reported and not the
 * server's.
 */
const SERVER_LIMIT_MARGIN_MS = 2000;

/** @param limitMs undefined: no limit */
export function readStatement(query: Knex.QueryBuilder, limitMs: number | undefined): ReadStatement {
  const mark = randomBytes(12).toString('hex');
  const comment = `/* posts-report ${mark} */`;
  const limited = limitMs === undefined ? undefined : limitMs + SERVER_LIMIT_MARGIN_MS;
  if (limited !== undefined) void query.hintComment(`MAX_EXECUTION_TIME(${limited})`); // for MySQL
  const { sql, bindings } = query.toSQL().toNative();
  const setLimit =
    limited === undefined ? '' : ` /*M! SET STATEMENT max_statement_time = ${limited / 1000} FOR */`; // for MariaDB
  return {
    mark,
    select: { sql: `${comment}${setLimit} ${sql}`, bindings },
    // The format is named because the default format of MySQL 9 is a tree.
    explain: { sql: `${comment} EXPLAIN FORMAT=TRADITIONAL ${sql}`, bindings },
  };
}

/** Pauses before each search. A busy server may not yet have begun the statement at the first search. */
const SEARCH_PAUSES_MS = [0, 100, 300];
const SEARCH_TIMEOUT_MS = 1400;

interface Process {
  readonly Id: number;
  /** The first hundred characters of the statement that runs. */
  readonly Info: string | null;
}

/**
 * Ends the statement in the server, because a scan that finds no rows does not notice that its connection was closed.
 * Never rejects.
 *
 * The statement is found by its mark: behind a proxy the connection's own id may belong to another client. Where the
 * process list does not show the mark, nothing is killed, and the statement ends by its own limit.
 */
export async function endInServer(
  { knex, leases }: Database,
  { mark }: ReadStatement,
  connectionId: number | null,
): Promise<void> {
  try {
    for (const pauseMs of SEARCH_PAUSES_MS) {
      await sleep(pauseMs);
      const isOver = await leases.transact(
        async (session) => {
          // SHOW PROCESSLIST and KILL QUERY share a transaction, because a proxy then sends both to the same server.
          const processes = await session.rows<Process>(knex.raw('SHOW PROCESSLIST'));
          const running = processes.find(({ Info }) => Info?.includes(mark));
          if (running !== undefined) await session.change(knex.raw('KILL QUERY ?', [running.Id]));
          return running !== undefined || !processes.some(({ Id }) => Id === connectionId);
        },
        { deadlineMs: SEARCH_TIMEOUT_MS },
      );
      if (isOver) return;
    }
  } catch {
    // The statement has ended already, or the server is unreachable: there is nothing to end.
  }
}
