import { BadInputError } from './errors.js';

type Part = string | number | null;

/** An opaque cursor: base64url of its parts as JSON. */
export function packCursor(parts: readonly Part[]): string {
  return Buffer.from(JSON.stringify(parts)).toString('base64url');
}

/** The parts of a cursor; an empty list for a text that `packCursor` did not make. */
export function unpackCursor(cursor: string): readonly unknown[] {
  try {
    const parts: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    // base64url decoding ignores most mistakes, so the text must equal the one that its parts encode to.
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
