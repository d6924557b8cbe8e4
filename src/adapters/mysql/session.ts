import type { Connection, ResultSetHeader } from 'mysql2';
import { DeadlineError } from './session-errors.js';

/** A statement that Knex builds, such as `knex('posts').where(…)` or `knex.raw('UPDATE …', { … })`. */
export interface Statement {
  toSQL(): { toNative(): { readonly sql: string; readonly bindings: readonly unknown[] } };
}

export type Changed = Pick<ResultSetHeader, 'affectedRows' | 'insertId'>;

/** One connection for one piece of work. All answers of the server must arrive before one deadline. */
export class Session {
  readonly connection: Connection;
  readonly #deadline: number;
  #transaction: 'none' | 'to be started' | 'open' = 'none';

  /** @param deadline by the clock of `performance.now()`; Infinity when the caller limits the time */
  constructor(connection: Connection, deadline: number) {
    this.connection = connection;
    this.#deadline = deadline;
  }

  async rows<Row>(statement: Statement): Promise<readonly Row[]> {
    const [rows] = await this.batch<[readonly Row[]]>([statement]);
    return rows;
  }

  async first<Row>(statement: Statement): Promise<Row | undefined> {
    return (await this.rows<Row>(statement))[0];
  }

  /** `affectedRows` counts the rows that WHERE matched, also those whose values did not change (FOUND_ROWS). */
  async change(statement: Statement): Promise<Changed> {
    const [changed] = await this.batch<[Changed]>([statement]);
    return changed;
  }

  /**
   * Sends several statements, in one message where the connection allows it, else one after the other. The server
   * executes them in order and stops at the first error.
   *
   * @returns the answer to each statement: rows, or a `Changed`
   */
  async batch<Answers extends readonly unknown[]>(statements: readonly Statement[]): Promise<Answers> {
    return (await this.#sendAll(statements.map(toQuery))) as unknown as Answers;
  }

  /**
   * Begins a transaction, which lasts until `commit` or `rollBack`. START TRANSACTION is sent with the first statement.
   */
  begin(): void {
    this.#transaction = 'to be started';
  }

  /** Sends the last statements of the transaction together with COMMIT. Does nothing when the transaction is over. */
  async commit<Answers extends readonly unknown[]>(statements: readonly Statement[] = []): Promise<Answers> {
    const isNeeded = this.#transaction === 'open' || statements.length > 0;
    const answers = await this.#sendAll(isNeeded ? [...statements.map(toQuery), COMMIT] : []);
    this.#transaction = 'none';
    return answers.slice(0, statements.length) as unknown as Answers;
  }

  async rollBack(): Promise<void> {
    if (this.#transaction === 'open') await this.#sendAll([ROLLBACK]);
    this.#transaction = 'none';
  }

  async #sendAll(queries: readonly Query[]): Promise<readonly unknown[]> {
    if (queries.length === 0) return [];
    const opening = this.#transaction === 'to be started' ? [START] : [];
    if (opening.length > 0) this.#transaction = 'open';
    const all = [...opening, ...queries];
    const answers = this.connection.config.multipleStatements
      ? await this.#sendTogether(all)
      : await this.#sendInTurn(all);
    return answers.slice(opening.length);
  }

  async #sendTogether(queries: readonly Query[]): Promise<readonly unknown[]> {
    const sql = queries.map((query) => query.sql).join('; ');
    const answer = await this.#send({ sql, values: queries.flatMap(({ values }) => values) });
    return queries.length === 1 ? [answer] : (answer as readonly unknown[]);
  }

  async #sendInTurn(queries: readonly Query[]): Promise<readonly unknown[]> {
    const answers: unknown[] = [];
    for (const query of queries) answers.push(await this.#send(query));
    return answers;
  }

  /**
   * Destroys a connection that does not answer in time, because its later answer would be taken for another
   * statement's.
   */
  #send({ sql, values }: Query): Promise<unknown> {
    return new Promise((resolve, reject) => {
      let answered = false;
      const expire = () => {
        if (answered) return;
        destroyConnection(this.connection);
        reject(new DeadlineError());
      };
      // The timer may fire late because the event loop was blocked. `setImmediate` lets the process read an answer that
      // has arrived already, before `expire` runs.
      const leftMs = Math.max(0, this.#deadline - performance.now());
      const timer = leftMs === Infinity ? undefined : setTimeout(() => setImmediate(expire), leftMs);
      this.connection.query({ sql, values: [...values] }, (error: Error | null, result: unknown) => {
        answered = true;
        clearTimeout(timer);
        if (error) reject(error);
        else resolve(result);
      });
    });
  }
}

interface Query {
  readonly sql: string;
  readonly values: readonly unknown[];
}

const START: Query = { sql: 'START TRANSACTION', values: [] };
const COMMIT: Query = { sql: 'COMMIT', values: [] };
const ROLLBACK: Query = { sql: 'ROLLBACK', values: [] };

function toQuery(statement: Statement): Query {
  const { sql, bindings } = statement.toSQL().toNative();
  return { sql, values: bindings };
}

/**
 * Closes the socket without mysql2's quit command, which a server that hangs would not read. The pool removes the
 * connection when it next validates it.
 */
export function destroyConnection(connection: Connection): void {
  connection.destroy();
  (connection as unknown as { stream: { destroy(): void } }).stream.destroy();
}
