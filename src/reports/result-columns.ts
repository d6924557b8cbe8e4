/** The type of a key: a whole number of 32 bits, a day in UTC, or a text, compared by its bytes. */
export type KeyType = 'int32' | 'day' | 'text';
export type FigureType = 'count' | 'decimal';

/** A column of the result. Plain data: it crosses threads, and describes the column to REST and GraphQL. */
export interface ResultColumn {
  /** The name in GraphQL and in `aggregate`; REST and files have it in snake_case. */
  readonly name: string;
  readonly type: KeyType | FigureType;
  readonly description: string;
  /** Number of decimal places of a decimal; 0 for every other type. */
  readonly scale: number;
  /** Whether JSON, CSV and NDJSON files have it. */
  readonly inFiles: boolean;
  /** Whether the report's totals have its sum over all rows. */
  readonly isTotal: boolean;
}

/** A column in a definition, where its member's name is its name. */
export type KeyColumn<Type extends KeyType = KeyType> = Omit<ResultColumn, 'name'> & { readonly type: Type };
export type FigureColumn<Type extends FigureType = FigureType> = Omit<ResultColumn, 'name'> & {
  readonly type: Type;
};

export interface FigureOptions {
  /** Whether the report's totals have its sum over all rows. Default: no. */
  readonly total?: boolean;
  /** Whether JSON, CSV and NDJSON files have it. Default: yes. */
  readonly inFiles?: boolean;
}

/** Makes the first column of a result. */
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
  { scale, ...options }: FigureOptions & { readonly scale: number },
): FigureColumn<'decimal'> {
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
