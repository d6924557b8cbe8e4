import { SourceMismatchError } from '../../reports/errors.js';
import type { RowQuery } from '../../reports/ports/row-source.js';
import { errnoOf, toReportsError } from './database-errors.js';

const BAD_FIELD = 1054;
const NO_SUCH_TABLE = 1146;
/**
 * Errors that only the table's owner can correct, by error number. Each text completes "The table … of the source …".
 */
const REASONS: Readonly<Record<number, string>> = {
  [NO_SUCH_TABLE]: 'is not there',
  1142: 'may not be read by the account of the service', // ER_TABLEACCESS_DENIED_ERROR
  1143: 'has columns that the account of the service may not read', // ER_COLUMNACCESS_DENIED_ERROR
  1345: 'is a view that cannot be explained', // ER_VIEW_NO_EXPLAIN
  1347: 'is not a table or view', // ER_WRONG_OBJECT
  1356: 'is a view whose tables or rights are gone', // ER_VIEW_INVALID
  1370: 'uses a function that the account of the service may not call', // ER_PROCACCESS_DENIED_ERROR
  1449: 'is a view whose definer is gone', // ER_NO_SUCH_USER
};

/**
 * Converts an error of a read. An error that only the table's owner can correct becomes SOURCE_MISMATCH; any other
 * error is converted by `toReportsError`.
 */
export function toSourceError(error: unknown, { table, columns, conditions }: RowQuery): unknown {
  const errno = errnoOf(error);
  if (errno === undefined || !(error instanceof Object)) return toReportsError(error);
  if (errno === BAD_FIELD) {
    const names = [...columns, ...conditions.map(({ column }) => column)].map(({ name }) => name);
    const { message } = error as Error; // Unknown column 'sold at' in 'SELECT'
    const column = names.find((name) => message.includes(`'${name}'`));
    const missing = column ?? [...new Set(names)].join(', ');
    return mismatch(`The table ${table} of the source has no column ${missing}.`, error as Error, column);
  }
  const reason = REASONS[errno];
  return reason === undefined
    ? toReportsError(error)
    : mismatch(`The table ${table} of the source ${reason}.`, error as Error);
}

/** The error allows another attempt, because the table may be corrected before the attempt. */
function mismatch(message: string, cause: Error, column?: string): SourceMismatchError {
  return new SourceMismatchError(message, { isFinal: false, cause, column });
}
