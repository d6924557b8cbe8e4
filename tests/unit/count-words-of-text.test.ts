import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { countWordsOfText } from '../../src/reports/word-counter/count-words-of-text.js';

/** The definition that the counters must match: words are separated by white space, as in JavaScript's `\s`. */
function oracle(text: string): number {
  return text.trim() === '' ? 0 : text.trim().split(/\s+/).length;
}

const SPACES = Array.from({ length: 0x10000 }, (_, code) => String.fromCharCode(code)).filter((character) =>
  /\s/.test(character),
);
/** Characters that are no space: some have bytes like those of a space, and there are characters of every length. */
const OTHERS = [
  ...'ab1-',
  '\0',
  '\u0085',
  '\u00a1',
  '\u1681',
  '\u180e',
  '\u200b',
  '\u2030',
  '\u2060',
  '\u3001',
  '\ufefe',
  'é',
  '語',
  '😀',
];

function count(text: string): number {
  return countWordsOfText(Buffer.from(text));
}

describe('countWordsOfText', () => {
  test('knows all 25 white-space characters of ECMAScript', () => {
    expect(SPACES).toHaveLength(25);
    for (const space of SPACES) expect([space, count(`a${space}b`)]).toEqual([space, 2]);
  });

  test('takes what only looks like a space for a part of a word', () => {
    for (const other of OTHERS) expect([other, count(`a${other}b`)]).toEqual([other, 1]);
  });

  test.each([
    ['', 0],
    ['   ', 0],
    ['\u3000\ufeff\n', 0],
    ['one', 1],
    [' one  two\tthree\r\nfour ', 4],
    ['日本語のテスト', 1],
    ["don't stop", 2],
  ])('counts %j as %d', (text, words) => {
    expect(count(text)).toBe(words);
  });

  test('agrees with the definition on generated texts', () => {
    const character = fc.oneof(
      fc.constantFrom(...SPACES),
      fc.constantFrom(...OTHERS),
      fc.string({ unit: 'binary' }),
    );
    const text = fc.array(character, { maxLength: 40 }).map((characters) => characters.join(''));
    fc.assert(
      fc.property(text, (value) => count(value) === oracle(Buffer.from(value).toString())),
      { numRuns: 20_000 },
    );
  });

  test('agrees with the definition on bytes that are no UTF-8', () => {
    const bytes = fc.array(
      fc.oneof(fc.integer({ min: 0, max: 255 }), fc.constantFrom(0xe2, 0x80, 0xa8, 0xc2, 0xa0, 0x20)),
      {
        maxLength: 12,
      },
    );
    fc.assert(
      fc.property(bytes, (value) => {
        const buffer = Buffer.from(value);
        return countWordsOfText(buffer) === oracle(buffer.toString());
      }),
      { numRuns: 20_000 },
    );
  });

  test('counts only between start and end', () => {
    expect(countWordsOfText(Buffer.from('one two three'), 4, 7)).toBe(1);
    expect(countWordsOfText(Buffer.from('a\u3000b'), 0, 2)).toBe(1);
  });
});
