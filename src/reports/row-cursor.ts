import { foreignCursor, packCursor, unpackCursor } from './cursor.js';
import type { RowPosition } from './select-rows.js';

/** Encodes a row's position. `list` names the report and the order of the position. */
export function encodeRowCursor(list: string, { value, key }: RowPosition): string {
  return packCursor([list, value, key]);
}

/** @throws BadInputError for a malformed cursor or a cursor of another report or order */
export function decodeRowCursor(
  list: string,
  path: readonly string[],
  cursor: string | null | undefined,
): RowPosition | undefined {
  if (cursor === null || cursor === undefined) return undefined;
  const [name, value, key, ...rest] = unpackCursor(cursor);
  const isValue = value === null || Number.isFinite(value);
  const isKey = typeof key === 'string' || Number.isInteger(key);
  if (name !== list || rest.length > 0 || !isValue || !isKey) throw foreignCursor(path);
  return { value: value as number | null, key: key as number | string };
}
