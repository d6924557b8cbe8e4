import { snakeCase } from './names.js';
import type { ResultColumn } from './result-columns.js';

/**
 * An order of rows. Rows with equal values in the sort column are ordered by ascending key, even in a descending order.
 */
export interface RowOrder {
  /**
   * The order's name in GraphQL, such as `TOTAL_WORDS_DESC`. The store marks the rows that it saves in this order with
   * this name.
   */
  readonly name: string;
  /** The order's name in REST, such as `-order_count`. */
  readonly restName: string;
  /** Index of the column; 0 is the key. */
  readonly column: number;
  readonly descending: boolean;
}

/** The orders by each column, ascending and descending. The first order is by ascending key. */
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

/** Whether the order is by ascending key, the order in which tables are built. */
export function isKeyAscending(order: RowOrder): boolean {
  return order.column === 0 && !order.descending;
}
