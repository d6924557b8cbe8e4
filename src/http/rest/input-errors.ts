import { BadInputError } from '../../reports/errors.js';
import { snakeCase } from '../../reports/names.js';
import { InputError, type InputMistake } from '../web/input-error.js';

/** The part of a request from which a value comes. */
export type InputSource = 'body' | 'query';

/**
 * Translates the path of a BadInputError, such as `filter.shopIds.0`, into the names that the client wrote: `shop_id`
 * or `filter.shop_ids.0`. Returns other errors unchanged.
 *
 * @param queryNameOf returns the name of a filter member in queries: `shop_id` for `shopIds`
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
