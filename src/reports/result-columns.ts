/** The type of a key: a whole number of 32 bits, a day in UTC, or a text that is compared by its bytes. */
export type KeyType = 'int32' | 'day' | 'text';
export type FigureType = 'count' | 'decimal';

/**
 * A column of the result, as plain data: it is passed between threads, and describes the column to REST and GraphQL.
 */
export interface ResultColumn {
  /** The name in GraphQL and in `aggregate`. REST and files use its snake_case form. */
  readonly name: string;
  readonly type: KeyType | FigureType;
  readonly description: string;
  /** Number of decimal places of a decimal; 0 for every other type. */
  readonly scale: number;
  /** Whether JSON, CSV and NDJSON files contain the column. */
  readonly inFiles: boolean;
  /** Whether the report's totals contain the sum of the column over all rows. */
  readonly isTotal: boolean;
}

/** A column in a definition. It has no `name`, because its member in `columns` names it. */
export type KeyColumn<Type extends KeyType = KeyType> = Omit<ResultColumn, 'name'> & { readonly type: Type };
export type FigureColumn<Type extends FigureType = FigureType> = Omit<ResultColumn, 'name'> & {
  readonly type: Type;
};

export interface FigureOptions {
  /** Whether the report's totals contain the sum of the column over all rows. Default: no. */
  readonly total?: boolean;
  /** Whether JSON, CSV and NDJSON files contain the column. Default: yes. */
  readonly inFiles?: boolean;
}

/** Makes the key, the first column of a result. */
export const key = {
  /** A whole number of 32 bits. */
  int32: (description: string) => keyColumn('int32', description),
  /** The day of an instant, in UTC: `2026-01-31`. */
  day: (description: string) => keyColumn('day', description),
  /** A text. Texts that differ only in case or in blanks at the end are different keys. */
  text: (description: string) => keyColumn('text', description),
};

/** A count: a whole number of up to 53 bits. */
export function count(description: string, options: FigureOptions = {}): FigureColumn<'count'> {
  return figure('count', description, 0, options);
}

/** A figure with `scale` decimal places, summed exactly in units of 10^-scale, up to 53 bits. */
export function amount(
  description: string,
  given: FigureOptions & { readonly scale: number },
): FigureColumn<'decimal'> {
  const { scale, ...options } = given ?? {}; // JavaScript may leave them out; then the definition is refused
  return figure('decimal', description, scale, options);
}

function keyColumn<Type extends KeyType>(type: Type, description: string): KeyColumn<Type> {
  return { type, description, scale: 0, inFiles: true, isTotal: false };
}

function figure<Type extends FigureType>(
  type: Type,
  description: string,
  scale: number,
  { total = false, inFiles = true }: FigureOptions,
): FigureColumn<Type> {
  return { type, description, scale, inFiles, isTotal: total };
}

export function isKey(column: Pick<ResultColumn, 'type'>): boolean {
  return column.type === 'int32' || column.type === 'day' || column.type === 'text';
}
