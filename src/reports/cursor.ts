import { BadInputError } from './errors.js';

/** An opaque cursor: base64url of its parts. */
export function packCursor(parts: readonly (string | number)[]): string {
  return Buffer.from(parts.join('|')).toString('base64url');
}

/** The parts; none for a text that `packCursor` did not make. */
export function unpackCursor(cursor: string): string[] {
  // base64url decoding itself forgives almost anything, so only the exact text that was given out is accepted.
  const text = Buffer.from(cursor, 'base64url').toString();
  return Buffer.from(text).toString('base64url') === cursor ? text.split('|') : [];
}

export function foreignCursor(path: readonly string[]): BadInputError {
  return new BadInputError(
    path,
    'is not a cursor of this list; pass on one that this list gave, in the same order.',
  );
}
