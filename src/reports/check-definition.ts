import { isAsyncFunction } from 'node:util/types';
import { pascalCase, snakeCase } from './names.js';
import type { FilterMember } from './filter-members.js';
import { isKey, type FigureColumn, type KeyColumn } from './result-columns.js';
import type { ColumnType, SourceColumn } from './source-columns.js';

/**
 * A definition that the service cannot use. The message names the wrong member; the code that loads a file adds the
 * file's name.
 */
export class DefinitionError extends Error {
  constructor(member: string, reason: string) {
    super(`${member} ${reason}`);
    this.name = 'DefinitionError';
  }
}

/**
 * The members of a definition that need a check at run time, because TypeScript cannot check them completely, or
 * because a JavaScript file has no types.
 */
export interface UncheckedDefinition {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly source: { readonly table: string; readonly columns: Readonly<Record<string, SourceColumn>> };
  readonly filter?: Readonly<Record<string, FilterMember>>;
  readonly columns: Readonly<Record<string, KeyColumn | FigureColumn>>;
  readonly rows: { readonly name: string; readonly most: number };
  readonly aggregate: unknown;
  readonly authorize?: unknown;
}

/** Every member of a definition. Another one is refused, because a misspelt `authorize` would leave a report open. */
const MEMBERS: readonly string[] = [
  'name',
  'title',
  'description',
  'source',
  'filter',
  'columns',
  'rows',
  'aggregate',
  'authorize',
];
const KIND = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;
const MEMBER = /^[a-z][a-zA-Z0-9]*$/;
/** The length of the column `kind` of `report_jobs`, in characters. Members have the same limit. */
const MAX_NAME_LENGTH = 64;
/** Paths under /api/2.0/report that are not kinds, and a name that would make a GraphQL type of the service. */
const RESERVED_KINDS: ReadonlyMap<string, string> = new Map([
  ['jobs', 'an address of the service'],
  ['kinds', 'an address of the service'],
  ['applied', 'the beginning of AppliedReportFilter, a GraphQL type of the service'],
]);
/** GraphQL fields that every report has. */
const RESERVED_COLUMNS = ['kind', 'rows', 'rowCount', 'asOf', 'durationMs'];
/** Members of the first argument of `aggregate`. */
const RESERVED_FIGURES = ['at', 'rowAt'];
/** Query parameters that every report has. */
const RESERVED_PARAMETERS = ['order_by', 'format', 'max_age_seconds'];
/** The largest power of ten below 2^53. */
const LARGEST_SCALE = 15;
/** Maximum of `rows.most`. More rows would need too much memory, and row numbers have only 32 bits. */
const MAX_ROWS = 50_000_000;

/** @throws DefinitionError */
export function checkDefinition(spec: UncheckedDefinition): void {
  if (typeof spec.name !== 'string' || !KIND.test(spec.name))
    throw new DefinitionError('name', `is ${JSON.stringify(spec.name)}; it must be like "orders-per-day".`);
  checkLength('name', spec.name);
  const reserved = RESERVED_KINDS.get(spec.name);
  if (reserved !== undefined)
    throw new DefinitionError('name', `is ${JSON.stringify(spec.name)}, which is ${reserved}.`);
  for (const member of ['title', 'description'] as const)
    if (typeof spec[member] !== 'string' || spec[member].trim() === '')
      throw new DefinitionError(member, 'must be text.');
  if (typeof spec.source?.table !== 'string' || spec.source.table === '')
    throw new DefinitionError('source.table', 'must be the name of a table.');
  checkSourceColumns(spec.source.columns);
  checkColumns(spec.columns);
  checkFilter(spec.filter ?? {});
  checkRows(spec);
  checkFunction('aggregate', spec.aggregate);
  if (spec.authorize !== undefined) checkFunction('authorize', spec.authorize);
  const unknown = Object.keys(spec).find((member) => !MEMBERS.includes(member));
  if (unknown !== undefined) throw new DefinitionError(unknown, 'is not a member of a definition.');
}

function checkFunction(member: string, value: unknown): void {
  if (typeof value !== 'function') throw new DefinitionError(member, 'must be a function.');
  if (isAsyncFunction(value)) throw new DefinitionError(member, 'must not be async.');
}

function checkSourceColumns(columns: UncheckedDefinition['source']['columns']): void {
  const names = checkNames('source.columns', columns, ['count']);
  if (names.length === 0) throw new DefinitionError('source.columns', 'must name a column to be read.');
  for (const name of names) checkSourceColumn(`source.columns.${name}`, columns[name]);
}

function checkSourceColumn(member: string, column: SourceColumn | undefined): void {
  if (column === undefined || typeof column.name !== 'string' || column.name === '')
    throw new DefinitionError(member, 'must be made by int32, int64, decimal, text or instant.');
  checkScale(member, column.scale);
  if (column.nullAs !== undefined && !isOfType(column.nullAs, column.type))
    throw new DefinitionError(`${member}.nullAs`, 'does not fit the type of the column.');
}

function isOfType(nullAs: number | string, type: ColumnType): boolean {
  if (type === 'text') return typeof nullAs === 'string';
  return type === 'int32'
    ? typeof nullAs === 'number' && nullAs === (nullAs | 0)
    : Number.isSafeInteger(nullAs);
}

function checkColumns(columns: UncheckedDefinition['columns']): void {
  const names = checkNames('columns', columns, [...RESERVED_COLUMNS, ...RESERVED_FIGURES]);
  for (const [index, name] of names.entries()) {
    const column = columns[name];
    const member = `columns.${name}`;
    if (column?.type === undefined)
      throw new DefinitionError(member, 'must be made by key.int32, key.day, key.text, count or amount.');
    if (isKey(column) !== (index === 0))
      throw new DefinitionError(
        member,
        index === 0 ? 'must be the key: the first column is.' : 'is a second key.',
      );
    checkDescription(member, column.description);
    checkScale(member, column.scale);
  }
  if (names.length < 2) throw new DefinitionError('columns', 'must have a key and a figure at least.');
}

function checkFilter(filter: NonNullable<UncheckedDefinition['filter']>): void {
  const parameters = new Map<string, string>();
  for (const name of checkNames('filter', filter, [])) {
    const member = filter[name];
    if (member?.operator === undefined)
      throw new DefinitionError(`filter.${name}`, 'must be made by oneOf, equals, from or before.');
    checkSourceColumn(`filter.${name}`, member.column);
    checkDescription(`filter.${name}`, member.description);
    if (!Number.isInteger(member.most) || member.most < 1)
      throw new DefinitionError(`filter.${name}`, 'must allow 1 entry or more.');
    const parameter = queryName(name, member);
    const other = parameters.get(parameter);
    if (RESERVED_PARAMETERS.includes(parameter))
      throw new DefinitionError(
        `filter.${name}`,
        `would be the query parameter ${parameter}, which is taken.`,
      );
    if (other !== undefined)
      throw new DefinitionError(
        `filter.${name}`,
        `and filter.${other} would both be the query parameter ${parameter}.`,
      );
    parameters.set(parameter, name);
  }
}

/**
 * The query parameter of a condition: the condition's name if its column may have two conditions (`from` and `before`),
 * else the column's name.
 */
export function queryName(
  name: string,
  { operator, column }: Pick<FilterMember, 'operator' | 'column'>,
): string {
  return operator === 'from' || operator === 'before' ? snakeCase(name) : column.name;
}

function checkRows({ rows, columns }: UncheckedDefinition): void {
  if (typeof rows?.name !== 'string' || !MEMBER.test(rows.name))
    throw new DefinitionError('rows.name', 'must be a word like "users".');
  if (!Number.isInteger(rows.most) || rows.most < 1 || rows.most > MAX_ROWS)
    throw new DefinitionError(
      'rows.most',
      `must be a whole number from 1 to ${MAX_ROWS.toLocaleString('en')}.`,
    );
  const total = `total${pascalCase(rows.name)}`;
  if (Object.hasOwn(columns, total))
    throw new DefinitionError(`columns.${total}`, `has the name that the number of rows has, by rows.name.`);
}

function checkNames(place: string, members: object, reserved: readonly string[]): string[] {
  const names = Object.keys(members ?? {});
  for (const name of names) {
    if (!MEMBER.test(name))
      throw new DefinitionError(`${place}.${name}`, 'must have a name like orderCount.');
    checkLength(`${place}.${name}`, name);
    if (reserved.includes(name)) throw new DefinitionError(`${place}.${name}`, 'has a name that is taken.');
  }
  return names;
}

function checkLength(member: string, name: string): void {
  if (name.length > MAX_NAME_LENGTH)
    throw new DefinitionError(
      member,
      `has ${name.length} characters; at most ${MAX_NAME_LENGTH} are possible.`,
    );
}

function checkDescription(member: string, description: unknown): void {
  if (typeof description !== 'string' || description.trim() === '')
    throw new DefinitionError(member, 'must have a description.');
}

function checkScale(member: string, scale: unknown): void {
  if (!Number.isInteger(scale) || (scale as number) < 0 || (scale as number) > LARGEST_SCALE)
    throw new DefinitionError(member, `must have a scale from 0 to ${LARGEST_SCALE}.`);
}
