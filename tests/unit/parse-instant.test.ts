import { describe, expect, test } from '@jest/globals';
import { parseInstant } from '../../src/reports/parse-instant.js';

describe('parseInstant', () => {
  test.each([
    ['2026-01-31T00:00:00Z', '2026-01-31T00:00:00.000Z'],
    ['2026-01-31t23:30:00.5+01:30', '2026-01-31T22:00:00.500Z'],
    ['2024-02-29T12:00:00.123999-00:00', '2024-02-29T12:00:00.123Z'],
  ])('reads %s', (text, instant) => {
    expect(parseInstant(['at'], text)).toBe(instant);
  });

  test.each([
    '2026-01-31',
    '2026-01-31T00:00:00',
    '2026-02-30T00:00:00Z',
    '2026-01-31T24:00:00Z',
    '2026-13-01T00:00:00Z',
    '2026-01-31T00:00:00+24:00',
    '0999-12-31T00:00:00Z',
    '9999-12-31T23:59:59-01:00',
    'yesterday',
    '',
    1_767_225_600,
    {},
    new Date(Number.NaN),
  ])('refuses %j and says where it stands', (input) => {
    expect(() => parseInstant(['filter', 'createdFrom'], input)).toThrow(/^filter\.createdFrom must/);
  });

  test('takes null and undefined for no condition', () => {
    expect(parseInstant(['at'], null)).toBeNull();
    expect(parseInstant(['at'], undefined)).toBeNull();
  });
});
