import { BadInputError } from './errors.js';

const RFC_3339 =
  /^(\d{4})-(\d{2})-(\d{2})[Tt](\d{2}):(\d{2}):(\d{2})(?:\.(\d+))?([Zz]|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/;

/**
 * Parses a time from a caller: RFC 3339 with an offset, or a Date. Digits beyond the millisecond are cut off.
 *
 * @returns `YYYY-MM-DDTHH:mm:ss.sssZ`, or null when absent
 * @throws BadInputError
 */
export function parseInstant(path: readonly string[], input: unknown): string | null {
  if (input === null || input === undefined) return null;
  const instant = input instanceof Date ? input : typeof input === 'string' ? dateOf(input) : undefined;
  if (instant === undefined || Number.isNaN(instant.getTime())) {
    throw new BadInputError(
      path,
      'must be a date-time with an offset, such as 2026-01-31T00:00:00Z (RFC 3339).',
    );
  }
  const year = instant.getUTCFullYear();
  if (year < 1000 || year > 9999) throw new BadInputError(path, 'must lie in the years 1000 to 9999 (UTC).');
  return instant.toISOString();
}

function dateOf(text: string): Date | undefined {
  const match = RFC_3339.exec(text);
  if (match === null) return undefined;
  const [, year, month, day, hour, minute, second, fraction = '', offset] = match as unknown as string[];
  const local = `${year}-${month}-${day}T${hour}:${minute}:${second}`;
  // `Date` turns 30 February into March and accepts 24:00, but both are mistakes of the caller.
  if (!new Date(`${local}Z`).toJSON()?.startsWith(local)) return undefined;
  return new Date(`${local}.${fraction.slice(0, 3).padEnd(3, '0')}${offset?.toUpperCase()}`);
}
