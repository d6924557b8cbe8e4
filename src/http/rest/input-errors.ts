import { ReportsError, type BadInputError } from '../../reports/errors.js';
import { snakeCase } from '../../reports/names.js';

/** Where a request's own values stand. */
export type InputSource = 'body' | 'query';

/** Exactly one of the first three says where. */
export interface InputMistake {
  /** JSON pointer into the body. */
  readonly pointer?: string;
  /** Name of a query parameter. */
  readonly parameter?: string;
  readonly header?: string;
  readonly detail: string;
}

/** Mistakes that the edge itself finds, in REST's names. */
export class RestInputError extends ReportsError {
  readonly mistakes: readonly InputMistake[];

  constructor(mistakes: readonly [InputMistake, ...InputMistake[]]) {
    const more = mistakes.length > 1 ? ` (and ${mistakes.length - 1} more)` : '';
    super('BAD_USER_INPUT', `${mistakes[0].detail}${more}`);
    this.mistakes = mistakes;
  }
}

/**
 * What the core says in camelCase of `filter.shopIds.0`, as the caller wrote it: `shop_id` or `filter.shop_ids.0`.
 *
 * @param queryNameOf the query's name of a member of the core
 */
export function inRestTerms(
  error: BadInputError,
  source: InputSource,
  queryNameOf: (member: string) => string = queryName,
): { detail: string; errors: readonly [InputMistake] } {
  const nameOf = source === 'body' ? snakeCase : queryNameOf;
  const place = placeOf(error.path, source, nameOf);
  const name = place.header ?? place.parameter ?? place.pointer?.slice(1).replaceAll('/', '.') ?? '';
  const reason = error.reasonIn(nameOf);
  const detail = name === '' ? reason : `${name} ${reason}`;
  return { detail, errors: [{ ...place, detail }] };
}

/** Of members that are no report's. */
function queryName(member: string): string {
  return QUERY_NAMES[member] ?? snakeCase(member);
}

const QUERY_NAMES: Readonly<Record<string, string>> = { first: 'limit', after: 'cursor' };

function placeOf(
  path: readonly string[],
  source: InputSource,
  nameOf: (member: string) => string,
): Omit<InputMistake, 'detail'> {
  if (path[0] === 'idempotencyKey') return { header: 'Idempotency-Key' };
  if (source === 'body') return { pointer: path.map((part) => `/${nameOf(part)}`).join('') };
  const member = path[0] === 'filter' ? path[1] : path[0];
  return member === undefined ? {} : { parameter: nameOf(member) };
}
