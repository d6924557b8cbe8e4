import { snakeCase } from './names.js';
import type { ResultColumn } from './result-columns.js';

/** How rows are sorted. Equal rows stand by ascending key, whichever the direction. */
export interface RowOrder {
  /** `TOTAL_WORDS_DESC`: GraphQL's value, and the name that saved results have it under. */
  readonly name: string;
  /** `-order_count`: REST's value. */
  readonly restName: string;
  /** Number of the column; 0 is the key. */
  readonly column: number;
  readonly descending: boolean;
}

/** Both directions of each column; the first is by ascending key. */
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

/** The order in which tables are built and saved. */
export function isKeyAscending(order: RowOrder): boolean {
  return order.column === 0 && !order.descending;
}
