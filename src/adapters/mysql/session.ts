import type { Connection, ResultSetHeader } from 'mysql2';
import { DeadlineError } from './database-errors.js';

/** What Knex builds: `knex('posts').where(…)`, `knex.raw('UPDATE …', { … })`. */
export interface Statement {
  toSQL(): { toNative(): { readonly sql: string; readonly bindings: readonly unknown[] } };
}

/** One connection, borrowed for one piece of work, and the moment by which all of its answers must have come. */
export class Session {
  readonly connection: Connection;
  readonly #deadline: number;

  /** @param deadline by the clock of `performance.now()`; Infinity: somebody else sees to it */
  constructor(connection: Connection, deadline: number) {
    this.connection = connection;
    this.#deadline = deadline;
  }

  async rows<Row>(statement: Statement): Promise<readonly Row[]> {
    return (await this.#query(statement)) as readonly Row[];
  }

  async first<Row>(statement: Statement): Promise<Row | undefined> {
    return (await this.rows<Row>(statement))[0];
  }

  /** `affectedRows` counts the rows that WHERE found, also those that were left as they are (FOUND_ROWS). */
  async change(statement: Statement): Promise<Pick<ResultSetHeader, 'affectedRows' | 'insertId'>> {
    return (await this.#query(statement)) as ResultSetHeader;
  }

  async command(sql: 'START TRANSACTION' | 'COMMIT' | 'ROLLBACK'): Promise<void> {
    await this.#send(sql, []);
  }

  #query(statement: Statement): Promise<unknown> {
    const { sql, bindings } = statement.toSQL().toNative();
    return this.#send(sql, bindings);
  }

  /** A connection that does not answer in time is destroyed: whatever it says later belongs to nobody. */
  #send(sql: string, values: readonly unknown[]): Promise<unknown> {
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

/** Closes the socket without a word, since a server that hangs would not read it. The pool drops it when it sees it. */
export function destroyConnection(connection: Connection): void {
  connection.destroy();
  (connection as unknown as { stream: { destroy(): void } }).stream.destroy();
}
