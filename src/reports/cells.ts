import { figureOf, type ReportTable } from './report-table.js';
import type { ResultColumn } from './result-columns.js';

const MS_PER_DAY = 86_400_000;

/** A row as REST and GraphQL show it: each column's value under its name. */
export type ReportRow = Readonly<Record<string, number | string>>;

export function rowAt(table: ReportTable, row: number): ReportRow {
  return Object.fromEntries(table.columns.map(({ name }, column) => [name, cellAt(table, column, row)]));
}

/**
 * The value of a cell: a number for a count or an int32, the nearest number for a decimal, `2026-01-31` for a day, and
 * a text unchanged.
 */
function cellAt(table: ReportTable, column: number, row: number): number | string {
  const { type, scale } = columnOf(table, column);
  switch (type) {
    case 'int32':
      return numberKeyAt(table, row);
    case 'day':
      return dayText(numberKeyAt(table, row));
    case 'text':
      return textKeyAt(table, row);
    case 'count':
      return figureOf(table, column)[row] as number;
    case 'decimal':
      return (figureOf(table, column)[row] as number) / 10 ** scale;
  }
}

/**
 * Returns a function that writes the cells of a column for a file, exactly: decimals with all digits of their scale,
 * days and texts without quotes.
 */
export function cellWriter(table: ReportTable, column: number): (row: number) => string {
  const { type, scale } = columnOf(table, column);
  switch (type) {
    case 'int32':
      return (row) => String(numberKeyAt(table, row));
    case 'day':
      return (row) => dayText(numberKeyAt(table, row));
    case 'text':
      return (row) => textKeyAt(table, row);
    case 'count':
    case 'decimal': {
      const figure = figureOf(table, column);
      return (row) => decimalText(figure[row] as number, scale);
    }
  }
}

/** Writes `units` with `scale` decimal places: 1250 with the scale 2 becomes `12.50`. */
export function decimalText(units: number, scale: number): string {
  if (scale === 0) return String(units);
  const digits = String(Math.abs(units)).padStart(scale + 1, '0');
  return `${units < 0 ? '-' : ''}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}

function columnOf(table: ReportTable, column: number): ResultColumn {
  const found = table.columns[column];
  if (found === undefined) throw new RangeError(`The table has no column ${column}.`);
  return found;
}

function numberKeyAt({ keys }: ReportTable, row: number): number {
  return (keys as Int32Array)[row] as number;
}

function dayText(days: number): string {
  return new Date(days * MS_PER_DAY).toISOString().slice(0, 10);
}

function textKeyAt({ keys }: ReportTable, row: number): string {
  if (keys instanceof Int32Array) throw new TypeError('The keys are no texts.');
  const { bytes, offsets } = keys;
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString(
    'utf8',
    offsets[row],
    offsets[row + 1],
  );
}
