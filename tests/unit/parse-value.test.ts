import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseDecimal, parseInstant, parseInteger } from '../../src/adapters/mysql/parse-value.js';

describe('a whole number', () => {
  test('is read exactly, with any zeros in front', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), fc.nat(30), (number, zeros) => {
        const padded = `${number < 0 ? '-' : ''}${'0'.repeat(zeros)}${Math.abs(number)}`;
        expect(integer(padded)).toBe(number + 0);
      }),
    );
  });

  test('of more than 53 bits is none', () => {
    fc.assert(
      fc.property(fc.bigInt(-(10n ** 40n), 10n ** 40n), (number) => {
        const isSafe = BigInt.asIntN(54, number) === number && number !== -(2n ** 53n);
        expect(integer(String(number))).toBe(isSafe ? Number(number) : Number.NaN);
      }),
    );
    for (const number of ['9007199254740992', '-9007199254740992', '18446744073709551615', '9'.repeat(400)])
      expect(integer(number)).toBeNaN();
    expect(integer('-9007199254740991')).toBe(Number.MIN_SAFE_INTEGER);
  });

  test.each(['', '-', '--1', '+1', '1-', '1.0', '1e3', ' 1', '1 ', '0x1', 'NULL', '١'])(
    'is not %j',
    (text) => {
      expect(integer(text)).toBeNaN();
    },
  );

  test('has no negative zero', () => {
    expect(integer('-0')).toBe(0);
  });
});

describe('a decimal', () => {
  test('is read exactly as a whole number of its scale', () => {
    fc.assert(
      fc.property(
        fc.bigInt(-(10n ** 20n), 10n ** 20n),
        fc.nat(15),
        fc.nat(4),
        fc.nat(4),
        (units, scale, zerosBefore, zerosBehind) => {
          const digits = String(units < 0n ? -units : units).padStart(scale + 1, '0');
          const whole = '0'.repeat(zerosBefore) + digits.slice(0, digits.length - scale);
          const fraction = digits.slice(digits.length - scale) + '0'.repeat(zerosBehind);
          const text = `${units < 0n ? '-' : ''}${whole}${fraction === '' ? '' : `.${fraction}`}`;
          const number = Number(units);
          expect(decimal(text, scale)).toBe(
            Number.isSafeInteger(number) && BigInt(number) === units ? number : Number.NaN,
          );
        },
      ),
    );
  });

  test('may have fewer digits than its scale, and none but zeros beyond it', () => {
    expect([decimal('7', 2), decimal('7.5', 2), decimal('-7.5', 2), decimal('-0.00', 2)]).toEqual([
      700, 750, -750, 0,
    ]);
    expect([decimal('7.5000', 2), decimal('7.000', 0)]).toEqual([750, 7]);
    expect([decimal('7.501', 2), decimal('7.1', 0)]).toEqual([Number.NaN, Number.NaN]);
  });

  test('of more than 53 bits is none', () => {
    expect(decimal('90071992547409.91', 2)).toBe(Number.MAX_SAFE_INTEGER);
    expect(decimal('90071992547409.92', 2)).toBeNaN();
    expect(decimal('9007199254740991', 1)).toBeNaN();
    expect(decimal('9'.repeat(400), 0)).toBeNaN();
  });

  test.each(['', '-', '.', '.5', '5.', '-.5', '1.2.3', '1,5', '1e3', ' 1'])('is not %j', (text) => {
    expect(decimal(text, 2)).toBeNaN();
  });
});

describe('an instant', () => {
  test('is read as UTC, cut off at the millisecond', () => {
    const dates = fc.date({
      min: new Date('0001-01-01T00:00:00Z'),
      max: new Date('9999-12-31T23:59:59.999Z'),
      noInvalidDate: true,
    });
    fc.assert(
      fc.property(dates, fc.nat(999_999), fc.nat(6), (date, micros, digits) => {
        const text = date.toISOString().slice(0, 19).replace('T', ' ');
        const fraction = String(micros).padStart(6, '0').slice(0, digits);
        const ms = Number(fraction.padEnd(3, '0').slice(0, 3));
        const whole = Math.floor(date.getTime() / 1000) * 1000;
        expect(instant(fraction === '' ? text : `${text}.${fraction}`)).toBe(whole + ms);
        expect(instant(text.slice(0, 10))).toBe(Date.parse(`${text.slice(0, 10)}T00:00:00Z`));
      }),
    );
  });

  test('has the leap days of the Gregorian calendar', () => {
    expect(instant('2024-02-29')).toBe(Date.parse('2024-02-29T00:00:00Z'));
    expect(instant('2000-02-29 12:00:00')).toBe(Date.parse('2000-02-29T12:00:00Z'));
    for (const day of ['2026-02-29', '1900-02-29', '2100-02-29 00:00:00']) expect(instant(day)).toBeNaN();
  });

  test.each([
    '',
    '0000-00-00',
    '0000-00-00 00:00:00',
    '0000-01-01',
    '2026-00-10',
    '2026-01-00',
    '2026-13-01',
    '2026-04-31',
    '2026-02-31 10:00:00',
    '2026-1-01',
    '2026/01/01',
    '2026-01-01T00:00:00',
    '2026-01-01 24:00:00',
    '2026-01-01 23:60:00',
    '2026-01-01 23:59:60',
    '2026-01-01 12:00',
    '2026-01-01 12:00:00.',
    '2026-01-01 12:00:00,5',
    '2026-01-01 12:00:00.5x',
    '-026-01-01',
    '12:00:00',
  ])('is not %j', (text) => {
    expect(instant(text)).toBeNaN();
  });
});

/** The parsers read a value that stands between other bytes, as it does in a batch. */
function integer(text: string): number {
  return between(text, (bytes, start, end) => parseInteger(bytes, start, end));
}

function decimal(text: string, scale: number): number {
  return between(text, (bytes, start, end) => parseDecimal(bytes, start, end, scale));
}

function instant(text: string): number {
  return between(text, (bytes, start, end) => parseInstant(bytes, start, end));
}

function between(text: string, parse: (bytes: Uint8Array, start: number, end: number) => number): number {
  const bytes = Buffer.from(`12${text}34`);
  return parse(bytes, 2, bytes.length - 2);
}
