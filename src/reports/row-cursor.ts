import { foreignCursor, packCursor, unpackCursor } from './cursor.js';

/** A place in a report's rows, bound to the report and the order by `list`. */
export function encodeRowCursor(list: string, value: number, userId: number): string {
  return packCursor([list, value, userId]);
}

/** @throws BadInputError for one that is broken or belongs to another report or order */
export function decodeRowCursor(
  list: string,
  path: readonly string[],
  cursor: string | null | undefined,
): { value: number; userId: number } | undefined {
  if (cursor === null || cursor === undefined) return undefined;
  const [name, value = '', userId = '', ...rest] = unpackCursor(cursor);
  if (name !== list || rest.length > 0 || !/^-?\d{1,16}$/.test(value) || !/^-?\d{1,10}$/.test(userId)) {
    throw foreignCursor(path);
  }
  return { value: Number(value), userId: Number(userId) };
}
