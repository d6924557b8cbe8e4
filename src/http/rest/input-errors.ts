import { BadInputError } from '../../reports/errors.js';
import { snakeCase } from '../../reports/names.js';
import { InputError, type InputMistake } from '../web/input-error.js';

/** Where a request's own values stand. */
export type InputSource = 'body' | 'query';

/**
 * A BadInputError of the core, which says `filter.shopIds.0`, in the names that the client wrote: `shop_id` or
 * `filter.shop_ids.0`. Any other error as it is.
 *
 * @param queryNameOf the query's name of a member of the core
 */
export function inRestNames(
  error: unknown,
  source: InputSource,
  queryNameOf: (member: string) => string = snakeCase,
): unknown {
  if (!(error instanceof BadInputError)) return error;
  const nameOf = source === 'body' ? snakeCase : queryNameOf;
  const place = placeOf(error.path, source, nameOf);
  const name = place.header ?? place.parameter ?? place.pointer?.slice(1).replaceAll('/', '.') ?? '';
  const reason = error.reasonIn(nameOf);
  return new InputError([{ ...place, detail: name === '' ? reason : `${name} ${reason}` }]);
}

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
