import { BadInputError } from './errors.js';
import type { JobPosition } from './ports/job-store.js';

/**
 * An opaque cursor: base64url of `list|time|id`, where `list` names the list and its order, so that a cursor of
 * another list is recognised.
 */
export function encodeCursor(list: string, position: JobPosition): string {
  return Buffer.from(`${list}|${position.at.toISOString()}|${position.id}`).toString('base64url');
}

/** @throws BadInputError for one that is broken or belongs to another list */
export function decodeCursor(
  list: string,
  path: readonly string[],
  cursor: string | null | undefined,
): JobPosition | undefined {
  if (cursor === null || cursor === undefined) return undefined;
  const [name, time = '', id = '', ...rest] = readParts(cursor);
  const at = new Date(time);
  if (name !== list || rest.length > 0 || Number.isNaN(at.getTime()) || !/^[0-9A-Z]{26}$/.test(id)) {
    throw foreignCursor(path);
  }
  return { at, id };
}

/** A place in a report's rows, bound to the report and the order by `list`. */
export function encodeRowCursor(list: string, value: number, userId: number): string {
  return Buffer.from(`${list}|${value}|${userId}`).toString('base64url');
}

/** @throws BadInputError for one that is broken or belongs to another report or order */
export function decodeRowCursor(
  list: string,
  path: readonly string[],
  cursor: string | null | undefined,
): { value: number; userId: number } | undefined {
  if (cursor === null || cursor === undefined) return undefined;
  const [name, value = '', userId = '', ...rest] = readParts(cursor);
  if (name !== list || rest.length > 0 || !/^-?\d{1,16}$/.test(value) || !/^-?\d{1,10}$/.test(userId)) {
    throw foreignCursor(path);
  }
  return { value: Number(value), userId: Number(userId) };
}

function readParts(cursor: string): string[] {
  // Only the exact text that was given out is taken: base64url decoding itself forgives almost anything.
  const text = Buffer.from(cursor, 'base64url').toString();
  return Buffer.from(text).toString('base64url') === cursor ? text.split('|') : [];
}

function foreignCursor(path: readonly string[]): BadInputError {
  return new BadInputError(
    path,
    'is not a cursor of this list; pass on one that this list gave, in the same order.',
  );
}
