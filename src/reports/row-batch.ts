import type { ColumnArrays, SourceColumn } from './source-columns.js';

/** Rows of the source as columns, each with `count` values, in the order of the query's columns. */
export interface RowBatch {
  readonly count: number;
  readonly columns: readonly ColumnArrays[keyof ColumnArrays][];
}

/** The same, with the definition's names for the columns. */
export type NamedBatch<Columns extends Readonly<Record<string, SourceColumn>>> = {
  readonly [Name in keyof Columns]: Columns[Name] extends SourceColumn<infer Type>
    ? ColumnArrays[Type]
    : never;
} & { readonly count: number };
