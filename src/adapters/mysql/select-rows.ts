import type { Knex } from 'knex';
import type { Condition, RowQuery } from '../../reports/ports/row-source.js';
import { columnName } from './column-name.js';

/** The SELECT of every read. */
export function selectRows(knex: Knex, { table, columns, conditions }: RowQuery): Knex.QueryBuilder {
  const select = knex(table).select(columns.map(({ name }) => knex.raw(columnName(name))));
  for (const condition of conditions) addCondition(select, condition);
  return select;
}

function addCondition(select: Knex.QueryBuilder, { operator, column, value }: Condition): void {
  const given = Array.isArray(value) ? (value as readonly (string | number)[]) : [value as string | number];
  const values = given.map((one) => bindingOf(column, one));
  const name = columnName(column.name);
  switch (operator) {
    case 'oneOf':
    case 'equals': {
      const marks = values.map(() => '?').join();
      void select.whereRaw(`${name} IN (${marks})`, values);
      // Bytes are compared too, because the table's collation may treat texts as equal that differ in letter case or in
      // trailing blanks.
      if (column.type === 'text')
        void select.whereRaw(
          `CAST(CONVERT(${name} USING utf8mb4) AS BINARY) IN (${values.map(() => 'CAST(? AS BINARY)').join()})`,
          values,
        );
      return;
    }
    case 'from':
      void select.whereRaw(`${name} >= ?`, values);
      return;
    case 'before':
      void select.whereRaw(`${name} < ?`, values);
  }
}

function bindingOf({ type }: Condition['column'], value: string | number): string | number | Date {
  return type === 'instant' ? new Date(value) : value;
}
