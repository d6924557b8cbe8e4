import { foreignCursor, packCursor, unpackCursor } from '../reports/cursor.js';
import type { JobPosition } from './ports/job-store.js';

/**
 * Encodes a position as an opaque cursor: base64url of list, time and id. `list` names the list and its order, so that
 * `decodeCursor` rejects a cursor of another list.
 */
export function encodeCursor(list: string, position: JobPosition): string {
  return packCursor([list, position.at.toISOString(), position.id]);
}

/** @throws BadInputError for a malformed cursor or a cursor of another list */
export function decodeCursor(
  list: string,
  path: readonly string[],
  cursor: string | null | undefined,
): JobPosition | undefined {
  if (cursor === null || cursor === undefined) return undefined;
  const [name, time, id, ...rest] = unpackCursor(cursor);
  const at = new Date(String(time));
  if (
    name !== list ||
    rest.length > 0 ||
    Number.isNaN(at.getTime()) ||
    typeof id !== 'string' ||
    !/^[0-9A-Z]{26}$/.test(id)
  ) {
    throw foreignCursor(path);
  }
  return { at, id };
}
