import type { Connection, ResultSetHeader } from 'mysql2';
import { DeadlineError } from './session-errors.js';

/** What Knex builds: `knex('posts').where(…)`, `knex.raw('UPDATE …', { … })`. */
export interface Statement {
  toSQL(): { toNative(): { readonly sql: string; readonly bindings: readonly unknown[] } };
}

export type Changed = Pick<ResultSetHeader, 'affectedRows' | 'insertId'>;

/** One connection, borrowed for one piece of work, and the moment by which all of its answers must have come. */
export class Session {
  readonly connection: Connection;
  readonly #deadline: number;
  #transaction: 'none' | 'to be started' | 'open' = 'none';

  /** @param deadline by the clock of `performance.now()`; Infinity: the caller sees to it */
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

  /** `affectedRows` counts the rows that WHERE found, also those that were left as they are (FOUND_ROWS). */
  async change(statement: Statement): Promise<Changed> {
    const [changed] = await this.batch<[Changed]>([statement]);
    return changed;
  }

  /**
   * Several statements, in one message where the connection may carry several, else one after the other. The server
   * goes through them in their order and stops at the first that fails.
   *
   * @returns the answer of each: rows, or what was changed
   */
  async batch<Answers extends readonly unknown[]>(statements: readonly Statement[]): Promise<Answers> {
    return (await this.#sendAll(statements.map(toQuery))) as unknown as Answers;
  }

  /** What follows belongs to a transaction, until `commit` or `rollBack`. START goes out with the first statement. */
  begin(): void {
    this.#transaction = 'to be started';
  }

  /** The last statements of the transaction, and its COMMIT with them. Once it is over this does nothing. */
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

  /** A connection that does not answer in time is destroyed: a later answer belongs to no statement. */
  #send({ sql, values }: Query): Promise<unknown> {
    return new Promise((resolve, reject) => {
      let answered = false;
      const expire = () => {
        if (answered) return;
        destroyConnection(this.connection);
        reject(new DeadlineError());
      };
      // After a timer that fires late (the loop was busy) comes one look at the socket, then the verdict.
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

/** Closes the socket without a word, since a server that hangs would not read it. The pool drops it when it sees it. */
export function destroyConnection(connection: Connection): void {
  connection.destroy();
  (connection as unknown as { stream: { destroy(): void } }).stream.destroy();
}
