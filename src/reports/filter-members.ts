import { BadInputError } from './errors.js';
import { parseInstant } from './parse-instant.js';
import { instant, toUnits, type ColumnType, type SourceColumn } from './source-columns.js';

/** The value of a member in a canonical filter: JSON values only, null for an absent condition. */
export type FilterValue = string | number | readonly (string | number)[] | null;

export type FilterOperator = 'oneOf' | 'equals' | 'from' | 'before';

/** One condition that a caller may set, as plain data. Its names and types in REST and GraphQL are derived from it. */
export interface FilterMember<
  Operator extends FilterOperator = FilterOperator,
  Type extends ColumnType = ColumnType,
> {
  readonly operator: Operator;
  readonly column: SourceColumn<Type>;
  readonly description: string;
  /** The maximum number of values in the list of a `oneOf`. */
  readonly most: number;
}

/** Selects rows whose column has one of the listed values. A list has from 1 to `most` values (default 1,000). */
export function oneOf<Type extends ColumnType>(
  column: SourceColumn<Type>,
  options: { readonly most?: number },
  description: string,
): FilterMember<'oneOf', Type> {
  return { operator: 'oneOf', column, description, most: options.most ?? DEFAULT_MOST };
}

/** Selects rows whose column has this value. */
export function equals<Type extends ColumnType>(
  column: SourceColumn<Type>,
  description: string,
): FilterMember<'equals', Type> {
  return { operator: 'equals', column, description, most: 1 };
}

/** Selects rows whose DATETIME or TIMESTAMP column is at this time or later. */
export function from(columnName: string, description: string): FilterMember<'from', 'instant'> {
  return { operator: 'from', column: instant(columnName), description, most: 1 };
}

/** Selects rows whose DATETIME or TIMESTAMP column is before this time. */
export function before(columnName: string, description: string): FilterMember<'before', 'instant'> {
  return { operator: 'before', column: instant(columnName), description, most: 1 };
}

const DEFAULT_MOST = 1000;
const MAX_TEXT_BYTES = 1000;

/**
 * The canonical form of a member's value.
 * @throws BadInputError
 */
export function parseMember(member: FilterMember, path: readonly string[], input: unknown): FilterValue {
  if (input === null || input === undefined) return null;
  return member.operator === 'oneOf'
    ? parseList(member, path, input)
    : parseValue(member.column, path, input);
}

function parseList(
  { column, most }: FilterMember,
  path: readonly string[],
  input: unknown,
): readonly (string | number)[] {
  if (!Array.isArray(input)) throw new BadInputError(path, 'must be a list.');
  if (input.length === 0)
    throw new BadInputError(path, 'must not be empty; leave it out to report everything.');
  if (input.length > most)
    throw new BadInputError(path, `may have at most ${most} entries, but has ${input.length}.`);
  const values = input.map((entry: unknown, index) => parseValue(column, [...path, String(index)], entry));
  return [...new Set(values)].sort((a, b) => (a < b ? -1 : 1));
}

/**
 * The canonical form of one value of a condition.
 * @throws BadInputError
 */
export function parseValue(column: SourceColumn, path: readonly string[], input: unknown): string | number {
  switch (column.type) {
    case 'int32':
      if (typeof input !== 'number' || input !== (input | 0))
        throw new BadInputError(path, 'must be a whole number of 32 bits.');
      return input | 0; // turns -0 into 0
    case 'int64':
      if (typeof input !== 'number' || !Number.isSafeInteger(input))
        throw new BadInputError(path, 'must be a whole number of up to 53 bits.');
      return input + 0;
    case 'decimal':
      if (typeof input !== 'number' || Number.isNaN(toUnits(input, column.scale)))
        throw new BadInputError(path, `must be a number with at most ${column.scale} decimal places.`);
      return input + 0;
    case 'text':
      if (typeof input !== 'string' || Buffer.byteLength(input) > MAX_TEXT_BYTES)
        throw new BadInputError(path, `must be text of at most ${MAX_TEXT_BYTES} bytes.`);
      if (/\p{Surrogate}/u.test(input)) throw new BadInputError(path, 'must be well-formed Unicode text.');
      return input;
    case 'instant': {
      const parsed = parseInstant(path, input);
      if (parsed === null) throw new BadInputError(path, 'must not be null.');
      return parsed;
    }
  }
}
