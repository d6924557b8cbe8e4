import type { Knex } from 'knex';
import type { Condition, RowQuery } from '../../reports/ports/row-source.js';

/** The SELECT of every read. */
export function selectRows(knex: Knex, { table, columns, conditions }: RowQuery): Knex.QueryBuilder {
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
      // Bytes are compared too, because the table's collation may treat texts as equal that differ in letter case or in
      // trailing blanks.
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
