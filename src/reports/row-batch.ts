import type { ColumnArrays, SourceColumn } from './source-columns.js';

/** Rows of the source as columns, each `count` long, in the order in which they were asked for. */
export interface RowBatch {
  readonly count: number;
  readonly columns: readonly ColumnArrays[keyof ColumnArrays][];
}

/** The same with the names that the definition gives the columns. */
export type NamedBatch<Columns extends Readonly<Record<string, SourceColumn>>> = {
  readonly [Name in keyof Columns]: Columns[Name] extends SourceColumn<infer Type>
    ? ColumnArrays[Type]
    : never;
} & { readonly count: number };
