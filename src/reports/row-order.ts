import { snakeCase } from './names.js';
import type { ResultColumn } from './result-columns.js';

/** An order of rows. Equal rows are ordered by ascending key, in both directions. */
export interface RowOrder {
  /** GraphQL's value, such as `TOTAL_WORDS_DESC`; saved results are stored under it. */
  readonly name: string;
  /** REST's value, such as `-order_count`. */
  readonly restName: string;
  /** Index of the column; 0 is the key. */
  readonly column: number;
  readonly descending: boolean;
}

/** The orders by each column, ascending and descending; the first one is by ascending key. */
export function ordersOf(columns: readonly Pick<ResultColumn, 'name'>[]): readonly RowOrder[] {
  return columns.flatMap(({ name }, column) => {
    const snake = snakeCase(name);
    const upper = snake.toUpperCase();
    return [
      { name: `${upper}_ASC`, restName: snake, column, descending: false },
      { name: `${upper}_DESC`, restName: `-${snake}`, column, descending: true },
    ];
  });
}

/** Whether it is the order in which tables are built and saved. */
export function isKeyAscending(order: RowOrder): boolean {
  return order.column === 0 && !order.descending;
}
