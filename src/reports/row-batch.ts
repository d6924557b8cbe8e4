import type { ColumnArrays, SourceColumn } from './source-columns.js';

/** Rows of the source as columns, in the order of the query's columns. Each column has `count` values. */
export interface RowBatch {
  readonly count: number;
  readonly columns: readonly ColumnArrays[keyof ColumnArrays][];
}

/** A row batch whose columns have the names of the definition. */
export type NamedBatch<Columns extends Readonly<Record<string, SourceColumn>>> = {
  readonly [Name in keyof Columns]: Columns[Name] extends SourceColumn<infer Type>
    ? ColumnArrays[Type]
    : never;
} & { readonly count: number };
