import fc from 'fast-check';
import type { Caller } from './case.js';

export const callers: fc.Arbitrary<Caller> = fc.oneof(
  { weight: 7, arbitrary: fc.constant('viewer' as const) },
  { weight: 2, arbitrary: fc.constant('operator' as const) },
  { weight: 1, arbitrary: fc.constant('anonymous' as const) },
);

/** Text that breaks code which interprets it, for example as a number, a member's name, SQL, a URL or HTML. */
export const hostileText: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(
    ...[
      '',
      ' ',
      'null',
      'undefined',
      'NaN',
      '-0',
      '1e999',
      '__proto__',
      'constructor',
      'toString',
      'hasOwnProperty',
    ],
    ...[
      "' OR '1'='1",
      "'; -- ",
      '" \\',
      '%00',
      '%zz',
      '../../x',
      '*',
      '?',
      '#',
      '\u0000',
      '\u2028',
      '\ud800',
      '\r\nA: b',
    ],
    ...[
      '🦊',
      'é'.repeat(300),
      'a'.repeat(5000),
      '<script>alert(1)</script>',
      '${7*7}',
      '{{7*7}}',
      '[object Object]',
    ],
  ),
  fc.string({ maxLength: 30 }),
  fc.string({ unit: 'binary', maxLength: 30 }),
);

export const ids: fc.Arbitrary<string> = fc.oneof(
  fc.string({ unit: fc.constantFrom(...'0123456789ABCDEFGHJKMNPQRSTVWXYZ'), minLength: 26, maxLength: 26 }),
  fc.constantFrom('01ARZ3NDEKTSV4RRFFQ69G5FAV', '7ZZZZZZZZZZZZZZZZZZZZZZZZZ', '80000000000000000000000000'),
  hostileText,
);

export const wholeNumbers: fc.Arbitrary<number> = fc.oneof(
  fc.integer({ min: 1, max: 60 }),
  fc.constantFrom(0, -1, 1, 1000, 1001, 2 ** 31 - 1, -(2 ** 31), 2 ** 31, 2 ** 53, 1.5, 1e300),
);

export const instants: fc.Arbitrary<string> = fc.oneof(
  fc
    .date({ min: new Date('2025-06-01'), max: new Date('2026-12-31'), noInvalidDate: true })
    .map((date) => date.toISOString()),
  fc.constantFrom(
    ...['2026-01-01T00:00:00+01:00', '2026-02-30T00:00:00Z', '2026-01-01', '0000-01-01T00:00:00Z'],
    ...['9999-12-31T23:59:59.999Z', '10000-01-01T00:00:00Z', '2026-01-01T24:00:00Z', 'now'],
  ),
);

/** Any JSON. Some of it is deeply nested or very long, or has names such as `__proto__` and `constructor`. */
export const json: fc.Arbitrary<unknown> = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }),
  fc.constantFrom<unknown>(
    nested(200),
    Array.from({ length: 1001 }, (_, index) => index),
    Array.from({ length: 60 }, () => 'x'),
    JSON.parse('{"__proto__":{"polluted":true},"constructor":{"prototype":1}}'),
    Object.fromEntries(Array.from({ length: 2000 }, (_, index) => [`m${index}`, index])),
  ),
);

function nested(depth: number): unknown {
  let value: unknown = [];
  for (let level = 1; level < depth; level += 1) value = [value];
  return value;
}

/** Damages a text in one to three places: removes a character, repeats or inserts characters, or cuts off the rest. */
export function damaged(texts: fc.Arbitrary<string>): fc.Arbitrary<string> {
  const damage = fc.record({
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    how: fc.constantFrom('cut', 'double', 'insert', 'end'),
    piece: fc.oneof(
      fc.constantFrom('{', '}', '[', ']', '"', '\\', '...', '@', '$', ':', '\n', '\u0000', '&', '='),
      hostileText,
    ),
  });
  return fc.tuple(texts, fc.array(damage, { minLength: 1, maxLength: 3 })).map(([text, damages]) => {
    let result = text;
    for (const { at, how, piece } of damages) {
      const index = Math.floor(at * result.length);
      const [before, after] = [result.slice(0, index), result.slice(index)];
      if (how === 'cut') result = before + after.slice(1);
      else if (how === 'double') result = before + after.slice(0, 20) + after;
      else if (how === 'insert') result = before + piece + after;
      else result = before;
    }
    return result;
  });
}
