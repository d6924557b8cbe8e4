/**
 * Parsers for values of MySQL's text protocol. Each function returns NaN when the bytes are not a valid value of its
 * type.
 */

const MINUS = 0x2d;
const POINT = 0x2e;
const ZERO = 0x30;

/** Parses a whole number of up to 53 bits. */
export function parseInteger(bytes: Uint8Array, start: number, end: number): number {
  const negative = bytes[start] === MINUS;
  const first = negative ? start + 1 : start;
  if (first >= end || end - first > MAX_DIGITS) return Number.NaN;
  let value = 0;
  for (let at = first; at < end; at += 1) {
    const digit = (bytes[at] as number) - ZERO;
    if (digit < 0 || digit > 9) return Number.NaN;
    value = value * 10 + digit;
  }
  if (value > Number.MAX_SAFE_INTEGER) return Number.NaN;
  return negative && value !== 0 ? -value : value;
}

/** Parses a DECIMAL and returns it times 10^scale, as a whole number. Decimal places beyond `scale` must be 0. */
export function parseDecimal(bytes: Uint8Array, start: number, end: number, scale: number): number {
  const negative = bytes[start] === MINUS;
  const first = negative ? start + 1 : start;
  let value = 0;
  let behind = -1;
  for (let at = first; at < end; at += 1) {
    const byte = bytes[at] as number;
    if (byte === POINT && behind < 0 && at > first && at < end - 1) {
      behind = 0;
      continue;
    }
    const digit = byte - ZERO;
    if (digit < 0 || digit > 9) return Number.NaN;
    if (behind === scale) {
      if (digit !== 0) return Number.NaN;
      continue;
    }
    value = value * 10 + digit;
    if (behind >= 0) behind += 1;
  }
  for (let digits = Math.max(behind, 0); digits < scale; digits += 1) value *= 10;
  if (first >= end || value > Number.MAX_SAFE_INTEGER) return Number.NaN;
  return negative && value !== 0 ? -value : value;
}

/** Parses `2026-01-31` or `2026-01-31 12:00:00.123456`, taken as UTC, into milliseconds since 1970. */
export function parseInstant(bytes: Uint8Array, start: number, end: number): number {
  const length = end - start;
  if (length !== DATE_LENGTH && length < TIME_LENGTH) return Number.NaN;
  const year = digitsAt(bytes, start, 4);
  const month = digitsAt(bytes, start + 5, 2);
  const day = digitsAt(bytes, start + 8, 2);
  if (bytes[start + 4] !== MINUS || bytes[start + 7] !== MINUS) return Number.NaN;
  // Some SQL modes of MySQL allow 0000-00-00 and 2026-02-31, which are not valid dates.
  if (!(year >= 1 && month >= 1 && month <= 12 && day >= 1 && day <= daysIn(year, month))) return Number.NaN;
  const days = daysSince1970(year, month, day);
  return length === DATE_LENGTH
    ? days * MS_PER_DAY
    : days * MS_PER_DAY + timeOfDay(bytes, start + DATE_LENGTH, end);
}

/**
 * Longest number that is parsed. MySQL prints at most 20 digits for 64 bits, and more only with the zeros of ZEROFILL.
 */
const MAX_DIGITS = 255;
const DATE_LENGTH = 10;
const TIME_LENGTH = 19;
const MS_PER_DAY = 86_400_000;
const SPACE = 0x20;
const COLON = 0x3a;

/** Parses ` 12:00:00.123456` into milliseconds since midnight. Decimal places after the third are cut off. */
function timeOfDay(bytes: Uint8Array, start: number, end: number): number {
  const hour = digitsAt(bytes, start + 1, 2);
  const minute = digitsAt(bytes, start + 4, 2);
  const second = digitsAt(bytes, start + 7, 2);
  const isPunctuated = bytes[start] === SPACE && bytes[start + 3] === COLON && bytes[start + 6] === COLON;
  if (!(isPunctuated && hour < 24 && minute < 60 && second < 60)) return Number.NaN;
  let milliseconds = 0;
  if (end > start + 9) {
    if (bytes[start + 9] !== POINT || end === start + 10) return Number.NaN;
    const digits = digitsAt(bytes, start + 10, end - start - 10);
    milliseconds = Math.floor(digits * 10 ** (3 - (end - start - 10)));
  }
  return ((hour * 60 + minute) * 60 + second) * 1000 + milliseconds;
}

function digitsAt(bytes: Uint8Array, start: number, count: number): number {
  let value = 0;
  for (let at = start; at < start + count; at += 1) {
    const digit = (bytes[at] as number) - ZERO;
    if (!(digit >= 0 && digit <= 9)) return Number.NaN;
    value = value * 10 + digit;
  }
  return value;
}

function daysIn(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

/** Days of the proleptic Gregorian calendar (H. Hinnant, "chrono-Compatible Low-Level Date Algorithms", days_from_civil). */
function daysSince1970(year: number, month: number, day: number): number {
  const shifted = month <= 2 ? year - 1 : year;
  const era = Math.floor(shifted / 400);
  const yearOfEra = shifted - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}
