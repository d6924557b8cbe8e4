import type { Logger } from '../../jobs/ports/logger.js';
import { findCause, isReadOnly, isSetUpWrongly } from './database-errors.js';
import type { Database } from './database.js';
import { tryWrites } from './try-writes.js';

export type DatabaseState = 'up' | 'down' | 'not migrated' | 'read-only' | 'unusable';

export interface DatabaseProblem {
  readonly state: Exclude<DatabaseState, 'up'>;
  readonly cause: unknown;
}

const MESSAGES: Readonly<Record<DatabaseProblem['state'], string>> = {
  down: 'the database is away; it will be used as soon as it is back',
  'not migrated': 'the database lacks tables of this version; run `npm run db:migrate`',
  'read-only': 'the database takes no writes; requests are refused until it does',
  unusable: 'the database refuses what the service relies on; requests are refused until that is mended',
};

/**
 * Whether the database does everything that the service needs: it lets the account in, keeps the session's settings,
 * has the tables, and takes writes to each of them. Each change of state is logged once.
 */
export class DatabaseHealth {
  readonly #database: Database;
  readonly #logger: Logger;
  #state: DatabaseState = 'up';
  #search: Promise<DatabaseProblem | undefined> | undefined;

  constructor(database: Database, logger: Logger) {
    this.#database = database;
    this.#logger = logger;
  }

  /** Never rejects; resolves within four seconds. Concurrent callers share one check. */
  async check(): Promise<DatabaseState> {
    const problem = await this.findProblem();
    this.note(problem);
    return problem?.state ?? 'up';
  }

  /** Undefined when nothing is wrong. */
  findProblem(): Promise<DatabaseProblem | undefined> {
    this.#search ??= this.#findProblem().finally(() => {
      this.#search = undefined;
    });
    return this.#search;
  }

  note(problem: DatabaseProblem | undefined): void {
    const state = problem?.state ?? 'up';
    if (state === this.#state) return;
    this.#state = state;
    if (problem === undefined) this.#logger.info({}, 'the database can be used again');
    else if (problem.state === 'unusable') this.#logger.error({ err: problem.cause }, MESSAGES.unusable);
    else this.#logger.warn({ err: problem.cause }, MESSAGES[problem.state]);
  }

  async #findProblem(): Promise<DatabaseProblem | undefined> {
    try {
      if (!(await this.#database.isMigrated())) return { state: 'not migrated', cause: undefined };
      await tryWrites(this.#database);
      return undefined;
    } catch (error) {
      const wrong = findCause(error, isSetUpWrongly);
      if (wrong !== undefined) return { state: 'unusable', cause: wrong };
      const readOnly = findCause(error, isReadOnly);
      if (readOnly !== undefined) return { state: 'read-only', cause: readOnly };
      return { state: 'down', cause: error };
    }
  }
}
