import { ResultTooLargeError } from './errors.js';
import { figureOf, type ReportTable } from './report-table.js';

export interface Report {
  readonly table: ReportTable;
  readonly summary: ReportSummary;
  /** Rows read from the source. */
  readonly processedRows: number;
}

/** The summary of a report: every member but the rows. */
export interface ReportSummary {
  readonly rowCount: number;
  /**
   * Sums over all rows of the columns that are totals, by column name: whole numbers, in units of 10^-scale for a
   * decimal.
   */
  readonly totals: Readonly<Record<string, number>>;
  /** The time just before the SELECT, by the clock of the service's own database. */
  readonly asOf: Date;
  readonly durationMs: number;
}

/**
 * Sums the columns that are totals.
 *
 * @throws ResultTooLargeError when a figure or a total has more than 53 bits
 */
export function totalsOf(table: ReportTable): Readonly<Record<string, number>> {
  const totals: Record<string, number> = {};
  for (const [number, { name, isTotal }] of table.columns.entries()) {
    if (number === 0) continue;
    const total = exactSum(name, figureOf(table, number), isTotal);
    if (isTotal) totals[name] = total;
  }
  return totals;
}

function exactSum(name: string, values: Float64Array, isTotal: boolean): number {
  let sum = 0;
  for (let row = 0; row < values.length; row += 1) {
    const value = values[row] as number;
    if (!Number.isInteger(value))
      throw new TypeError(
        `The figure ${name} of a row is ${value}; aggregate must make it of whole numbers.`,
      );
    sum += value;
    if (!Number.isSafeInteger(value) || (isTotal && !Number.isSafeInteger(sum)))
      throw new ResultTooLargeError(`The figure ${name} has more than 53 bits; narrow the filter.`);
  }
  return sum;
}
