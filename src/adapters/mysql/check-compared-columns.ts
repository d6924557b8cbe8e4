import type { Knex } from 'knex';
import { SourceMismatchError } from '../../reports/errors.js';
import type { Condition, RowQuery } from '../../reports/ports/row-source.js';
import type { ColumnType } from '../../reports/source-columns.js';
import type { Session } from './session.js';

const NUMBERS =
  /^(tinyint|smallint|mediumint|int|integer|bigint|decimal|numeric|float|double|real|year|bit|boolean)$/;
const MOMENTS = /^(date|datetime|timestamp)$/;
/** Types of the server that can be compared with a value of each type. Texts are compared by their bytes, so with any. */
const COMPARABLE: Readonly<Record<Exclude<ColumnType, 'text'>, RegExp>> = {
  int32: NUMBERS,
  int64: NUMBERS,
  decimal: NUMBERS,
  instant: MOMENTS,
};

export interface Comparison {
  readonly table: RowQuery['table'];
  readonly conditions: readonly Pick<Condition, 'column'>[];
}

/**
 * Refuses a condition whose column has another type than the definition says. The server would convert it: as a number
 * the text `/home` is 0, and `status >= '2026-01-01'` holds for no status.
 *
 * @throws SourceMismatchError
 */
export async function checkComparedColumns(
  session: Session,
  knex: Knex,
  { table, conditions }: Comparison,
): Promise<void> {
  const compared = conditions.filter(({ column }) => column.type !== 'text');
  if (compared.length === 0) return;
  const types = await readTypes(session, knex, table);
  for (const { column } of compared) {
    if (column.type === 'text') continue;
    const type = types.get(column.name.toLowerCase());
    // A column that is missing is the SELECT's to report.
    if (type === undefined || COMPARABLE[column.type].test(type)) continue;
    throw new SourceMismatchError(
      `The column ${column.name} of the table ${table} of the source is not ${MEANINGS[column.type]}, as the filter of the report's definition says.`,
      { isFinal: false, cause: new Error(`the column is of the type ${type}`), column: column.name },
    );
  }
}

const MEANINGS: Readonly<Record<Exclude<ColumnType, 'text'>, string>> = {
  int32: 'a number',
  int64: 'a number',
  decimal: 'a number',
  instant: 'a date or a moment',
};

/** The types of a table's columns by their names in lower case. */
async function readTypes(session: Session, knex: Knex, table: string): Promise<ReadonlyMap<string, string>> {
  const point = table.indexOf('.');
  const columns = await session.rows<{ readonly name: string; readonly type: string }>(
    knex('information_schema.columns')
      .select({ name: 'column_name', type: 'data_type' })
      .where('table_schema', point < 0 ? knex.raw('DATABASE()') : table.slice(0, point))
      .where('table_name', table.slice(point + 1)),
  );
  return new Map(columns.map(({ name, type }) => [name.toLowerCase(), type.toLowerCase()]));
}
