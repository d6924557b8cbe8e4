import type { TextColumn } from './text-column.js';

/** The types of source columns. The type of each member is the array that holds a column's values in a batch. */
export interface ColumnArrays {
  /** Whole numbers of 32 bits. */
  readonly int32: Int32Array;
  /** Whole numbers of up to 53 bits. */
  readonly int64: Float64Array;
  /** Whole numbers in units of 10^-scale: 12.50 with the scale 2 is 1250. */
  readonly decimal: Float64Array;
  readonly text: TextColumn;
  /** Milliseconds since 1970, UTC. */
  readonly instant: Float64Array;
}

export type ColumnType = keyof ColumnArrays;

/** A column of the source's table. It is never an expression, so that no definition can count in SQL. */
export interface SourceColumn<Type extends ColumnType = ColumnType> {
  readonly type: Type;
  /** The column's name in the table. */
  readonly name: string;
  /** Number of decimal places of a decimal; 0 for every other type. */
  readonly scale: number;
  /**
   * The value that replaces NULL, in the form of the batch. When undefined, NULL ends the report as SOURCE_MISMATCH.
   */
  readonly nullAs: number | string | undefined;
}

export interface NumberOptions {
  /** The value that replaces NULL. Without it, NULL ends the report as SOURCE_MISMATCH. */
  readonly nullAs?: number;
}

/** A whole number of 32 bits: INT, SMALLINT, or a BIGINT with small values. */
export function int32(name: string, options: NumberOptions = {}): SourceColumn<'int32'> {
  return { type: 'int32', name, scale: 0, nullAs: options.nullAs };
}

/** A whole number of up to 53 bits. */
export function int64(name: string, options: NumberOptions = {}): SourceColumn<'int64'> {
  return { type: 'int64', name, scale: 0, nullAs: options.nullAs };
}

/** A DECIMAL with at most `scale` decimal places, read exactly in units of 10^-scale. */
export function decimal(
  name: string,
  options: NumberOptions & { readonly scale: number },
): SourceColumn<'decimal'> {
  const { scale, nullAs } = options ?? {}; // JavaScript may leave them out; then the definition is refused
  return { type: 'decimal', name, scale, nullAs: nullAs === undefined ? undefined : toUnits(nullAs, scale) };
}

/** CHAR, VARCHAR or TEXT, as UTF-8. */
export function text(name: string, options: { readonly nullAs?: string } = {}): SourceColumn<'text'> {
  return { type: 'text', name, scale: 0, nullAs: options.nullAs };
}

/** DATETIME, TIMESTAMP or DATE, taken as UTC. */
export function instant(name: string, options: { readonly nullAs?: Date } = {}): SourceColumn<'instant'> {
  const { nullAs } = options;
  return {
    type: 'instant',
    name,
    scale: 0,
    nullAs: nullAs === undefined ? undefined : millisecondsOf(nullAs),
  };
}

/** NaN for what is not a Date, as JavaScript may pass it. */
function millisecondsOf(date: unknown): number {
  return date instanceof Date ? date.getTime() : Number.NaN;
}

/**
 * Converts a number to units of 10^-scale: 12.5 with the scale 2 is 1250. NaN for a number with more decimal places.
 */
export function toUnits(value: number, scale: number): number {
  const units = Math.round(value * 10 ** scale);
  return Number.isSafeInteger(units) && units / 10 ** scale === value ? units : Number.NaN;
}
