import { BadInputError } from './errors.js';
import { parseMember, type FilterMember, type FilterOperator, type FilterValue } from './filter-members.js';
import type { ColumnType } from './source-columns.js';

/**
 * A checked filter: every filter member of the report's definition, in the definition's order. An absent condition is
 * null. Equal filters have equal JSON.
 */
export type CanonicalFilter = Readonly<Record<string, FilterValue>>;

export type FilterMembers = Readonly<Record<string, FilterMember>>;

/** A canonical filter, typed by the members of one definition. */
export type FilterOf<Members extends FilterMembers> = {
  readonly [Name in keyof Members]: Members[Name] extends FilterMember<infer Operator, infer Type>
    ? ValueOf<Operator, Type> | null
    : never;
};

type ValueOf<Operator extends FilterOperator, Type extends ColumnType> = Operator extends 'oneOf'
  ? readonly ScalarOf<Type>[]
  : ScalarOf<Type>;

/** An instant has the form `YYYY-MM-DDTHH:mm:ss.sssZ`. */
type ScalarOf<Type extends ColumnType> = Type extends 'text' | 'instant' ? string : number;

/**
 * Parses a caller's filter, with camelCase names. An absent or null member sets no condition.
 *
 * @throws BadInputError naming the wrong member
 */
export function parseFilter(members: FilterMembers, input: unknown): CanonicalFilter {
  const filter = parseMembers(members, input);
  refuseEmptySpans(members, filter);
  return filter;
}

/**
 * The same, without a look at conditions that exclude each other.
 *
 * @throws BadInputError naming the wrong member
 */
export function parseMembers(members: FilterMembers, input: unknown): CanonicalFilter {
  const given = membersOf(input);
  const names = Object.keys(members);
  const unknown = Object.keys(given).find((name) => !Object.hasOwn(members, name));
  if (unknown !== undefined)
    throw new BadInputError(
      ['filter', unknown],
      (nameOf) => `is not known; a filter has ${names.map(nameOf).join(', ')}.`,
    );
  return Object.fromEntries(
    Object.entries(members).map(([name, member]) => [
      name,
      parseMember(member, ['filter', name], Object.hasOwn(given, name) ? given[name] : null),
    ]),
  );
}

function membersOf(input: unknown): Readonly<Record<string, unknown>> {
  if (input === null || input === undefined) return {};
  if (typeof input !== 'object' || Array.isArray(input))
    throw new BadInputError(['filter'], 'must be an object.');
  return input as Readonly<Record<string, unknown>>;
}

/**
 * Rejects a `from` that is not earlier than the `before` of the same column. No row can meet both conditions, so the
 * filter is probably a mistake.
 *
 * @throws BadInputError
 */
export function refuseEmptySpans(members: FilterMembers, filter: CanonicalFilter): void {
  const entries = Object.entries(members);
  for (const [start, { operator, column }] of entries) {
    if (operator !== 'from') continue;
    const [end] =
      entries.find(([, other]) => other.operator === 'before' && other.column.name === column.name) ?? [];
    const [from, to] = [filter[start], end === undefined ? null : filter[end]];
    if (end !== undefined && typeof from === 'string' && typeof to === 'string' && from >= to)
      throw new BadInputError(
        ['filter', start],
        (nameOf) => `must be before ${nameOf(end)}, but ${from} is not before ${to}.`,
      );
  }
}
