import { BadInputError } from './errors.js';

type Part = string | number | null;

/** Encodes parts as an opaque cursor: base64url of their JSON. */
export function packCursor(parts: readonly Part[]): string {
  return Buffer.from(JSON.stringify(parts)).toString('base64url');
}

/** The parts of a cursor; an empty list for a text that `packCursor` did not make. */
export function unpackCursor(cursor: string): readonly unknown[] {
  try {
    const parts: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    // The base64url decoder ignores most invalid characters, so the parts must encode to the given text again.
    return Array.isArray(parts) && packCursor(parts as Part[]) === cursor ? parts : [];
  } catch {
    return [];
  }
}

export function foreignCursor(path: readonly string[]): BadInputError {
  return new BadInputError(
    path,
    'is not a cursor of this list; pass on one that this list gave, in the same order.',
  );
}
