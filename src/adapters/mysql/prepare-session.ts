import type { Connection } from 'mysql2';
import { isConnectionLost } from './database-errors.js';
import { SessionSettingError, UnsupportedServerError } from './session-errors.js';
import { whyUnsupported } from './why-unsupported.js';

interface Setting {
  readonly name: string;
  /** As an SQL expression. */
  readonly value: string;
  /** The only kind of server that has the variable. Undefined when both kinds have it. */
  readonly only?: 'MariaDB' | 'MySQL';
}

/**
 * Variables that the statements of this project rely on. A server's configuration or its `init_connect` may have set
 * each of them otherwise, and most of the resulting faults raise no error: rows that are never committed, results that
 * are cut short, words counted in the wrong character set.
 */
const RELIED_ON: readonly Setting[] = [
  { name: 'autocommit', value: '1' },
  // CHAIN would begin a new transaction after COMMIT, RELEASE would close the connection.
  { name: 'completion_type', value: "'NO_CHAIN'" },
  { name: 'time_zone', value: "'+00:00'" },
  {
    name: 'sql_mode',
    value:
      "'STRICT_TRANS_TABLES,NO_ZERO_IN_DATE,NO_ZERO_DATE,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION'",
  },
  // The largest value: no limit. DEFAULT would be the server's global value.
  { name: 'sql_select_limit', value: '18446744073709551615' },
  // With 0, `max_join_size` could refuse to read a large table.
  { name: 'sql_big_selects', value: '1' },
  { name: 'sql_safe_updates', value: '0' },
  { name: 'sql_auto_is_null', value: '0' },
  { name: 'unique_checks', value: '1' },
  { name: 'foreign_key_checks', value: '1' },
];

/**
 * Variables for time limits and the clock. Their values are not checked, because a wrong value leads to an error, and
 * some proxies do not report the values.
 */
const LIMITS: readonly Setting[] = [
  { name: 'timestamp', value: 'DEFAULT' },
  { name: 'net_write_timeout', value: '60' },
  { name: 'max_statement_time', value: '0', only: 'MariaDB' },
  { name: 'max_execution_time', value: '0', only: 'MySQL' },
];

/**
 * How long the service waits for locks, and how long the server waits for the service. A lock wait ends before the
 * deadline of a piece of work, so that the work can be tried again. When a process hangs within a transaction, MariaDB
 * releases its locks after 10 s. MySQL releases them when it closes the connection (`wait_timeout`).
 */
const WAITS: readonly Setting[] = [
  { name: 'wait_timeout', value: '60' },
  { name: 'innodb_lock_wait_timeout', value: '1' },
  { name: 'lock_wait_timeout', value: '86400' },
  { name: 'idle_transaction_timeout', value: '10', only: 'MariaDB' },
];

const NAMES = 'SET NAMES utf8mb4 COLLATE utf8mb4_unicode_ci';
const TRANSACTIONS = ['ISOLATION LEVEL READ COMMITTED', 'READ WRITE'];

/** The values that the variables must have after the SET statements. */
export const EXPECTED_VARIABLES: ReadonlyMap<string, string> = new Map([
  ...RELIED_ON.map(({ name, value }) => [name, value.replaceAll("'", '')] as const),
  ['character_set_client', 'utf8mb4'],
  ['character_set_connection', 'utf8mb4'],
  ['character_set_results', 'utf8mb4'],
  ['transaction_isolation', 'READ-COMMITTED'],
  ['transaction_read_only', '0'],
  ['tx_isolation', 'READ-COMMITTED'],
  ['tx_read_only', '0'],
]);

/**
 * The variables for isolation level and read-only mode have two names each: MySQL has the longer names, MariaDB up to
 * 11.0 the shorter names.
 */
const MAY_BE_UNKNOWN = /^(transaction|tx)_/;

const SHOW = `SHOW SESSION VARIABLES WHERE Variable_name IN (${['version', ...EXPECTED_VARIABLES.keys()].map((name) => `'${name}'`).join()})`;

/** Sets all variables that the service relies on, and checks their values with one statement. */
export function prepareSession(connection: Connection): Promise<void> {
  return prepare(connection, [...RELIED_ON, ...LIMITS, ...WAITS]);
}

/**
 * Prepares the session of a migration or a seed. The server's own limits apply to how long the session may be idle or
 * wait for locks.
 */
export function prepareScriptSession(connection: Connection): Promise<void> {
  return prepare(connection, [...RELIED_ON, ...LIMITS]);
}

/**
 * Whether the server and the proxies before it accept several statements in one message.
 *
 * @throws Error when the server or a proxy closes the connection because of the test
 */
export async function takesSeveralStatements(connection: Connection): Promise<boolean> {
  try {
    const [, second] = (await ask(connection, 'SELECT 1; SELECT 1')) as readonly unknown[];
    return Array.isArray(second);
  } catch (error) {
    if (isConnectionLost(error)) throw error;
    return false;
  }
}

async function prepare(connection: Connection, settings: readonly Setting[]): Promise<void> {
  let refusal: unknown;
  const set = async (sql: string): Promise<boolean> => {
    try {
      await ask(connection, sql);
      return true;
    } catch (error) {
      if (isConnectionLost(error)) throw error;
      refusal = error;
      return false;
    }
  };
  await set(NAMES);
  // After an error, each setting is sent in its own statement. The server may refuse only one of the settings, or a
  // proxy may refuse several settings in one statement.
  if (!(await set(setTransactions(TRANSACTIONS))))
    for (const setting of TRANSACTIONS) await set(setTransactions([setting]));
  if (!(await set(setAll(settings)))) for (const setting of settings) await set(setAll([setting]));
  await check(connection, refusal);
}

function setTransactions(settings: readonly string[]): string {
  return `SET SESSION TRANSACTION ${settings.join(', ')}`;
}

/** Settings for one kind of server stand in a comment that only this kind executes. */
function setAll(settings: readonly Setting[]): string {
  const known = (only: Setting['only']) =>
    settings
      .filter((setting) => setting.only === only)
      .map(({ name, value }) => `${name} = ${value}`)
      .join(', ');
  const parts = [known(undefined), known('MariaDB'), known('MySQL')];
  const [everywhere = '', mariaDb, mySql] = parts;
  if (everywhere === '') return `SET SESSION ${mariaDb || mySql}`;
  return `SET SESSION ${everywhere}${mariaDb && ` /*M!, ${mariaDb} */`}${mySql && ` /*!50799, ${mySql} */`}`;
}

/**
 * @throws UnsupportedServerError
 * @throws SessionSettingError naming the first variable that has another value
 */
async function check(connection: Connection, refusal: unknown): Promise<void> {
  const rows: unknown = await ask(connection, SHOW);
  const shown = (Array.isArray(rows) ? rows : []) as readonly { Variable_name: string; Value: string }[];
  const found = new Map(shown.map(({ Variable_name, Value }) => [Variable_name.toLowerCase(), Value]));
  const unsupported = whyUnsupported(found.get('version') ?? '');
  if (unsupported !== undefined) throw new UnsupportedServerError(unsupported);
  for (const [name, expected] of EXPECTED_VARIABLES) {
    const value = found.get(name);
    if (value === undefined ? MAY_BE_UNKNOWN.test(name) : comparable(value) === comparable(expected))
      continue;
    throw new SessionSettingError(name, { value, expected }, { cause: refusal });
  }
}

/** Servers list modes in any order, and show a switch as ON, OFF or a number. */
function comparable(value: string): string {
  const words = value
    .toUpperCase()
    .replaceAll(/\bON\b/g, '1')
    .replaceAll(/\bOFF\b/g, '0');
  return words.split(',').sort().join();
}

function ask(connection: Connection, sql: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    connection.query(sql, (error: Error | null, rows: unknown) => {
      if (error) reject(error);
      else resolve(rows);
    });
  });
}
