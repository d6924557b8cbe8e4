import { randomInt } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { countWordsOfText } from '../../src/reports/word-counter/count-words-of-text.js';
import { createWordCounter, WasmWordCounter } from '../../src/reports/word-counter/word-counter.js';

/** Seed of the generated texts. A failure prints it; WORD_COUNTER_SEED generates the same texts again. */
const SEED = Number(process.env['WORD_COUNTER_SEED'] ?? randomInt(2 ** 31));
const TEXTS = 1_000_000;
const AT_A_TIME = 5000;
const LONGEST = 12;
const LONGEST_OF_PLAIN = 80;

const WHITE_SPACE = Array.from({ length: 0x10000 }, (_, code) => String.fromCharCode(code)).filter((one) =>
  /\s/.test(one),
);
/**
 * Parts of the texts: white space, words, characters with bytes like those of white space, and bytes that are invalid
 * or incomplete UTF-8.
 */
const PIECES: readonly Buffer[] = [
  ...WHITE_SPACE.flatMap((one) => [one, one]),
  ...['a', 'Z9', 'word', 'don\u2019t', '\0', '\u0085', '\u00a1', '\u180e', '\u200b', '\u2030', '\u2060'],
  ...['\u1681', '\u3001', '\ufefe', 'é', 'ж', '語', '🙂', 'x'.repeat(15), 'y'.repeat(17)],
]
  .map((one) => Buffer.from(one))
  .concat(
    [[0xc2], [0xa0], [0xe1, 0x9a], [0xe2], [0xe2, 0x80], [0x80], [0xe3, 0x80], [0xef, 0xbb], [0xbf]].map(
      (bytes) => Buffer.from(bytes),
    ),
    [[0xff], [0xf0, 0x9f, 0x99], [0xed, 0xa0, 0x80], [0xc0, 0xa0], [0xe0, 0x80, 0xa0], [0xf8]].map((bytes) =>
      Buffer.from(bytes),
    ),
  );

/**
 * Characters of one byte. Most parts of the longest texts are of this kind, so that the counter takes its widest steps.
 */
const PLAIN = PIECES.filter((piece) => piece.every((byte) => byte < 0x80));

/** The definition that the counters must match: words are separated by white space, as in JavaScript's `\s`. */
function oracle(text: string): number {
  const trimmed = text.trim();
  return trimmed === '' ? 0 : trimmed.split(/\s+/).length;
}

test(`both counters agree with the definition on 1,000,000 generated texts (seed ${SEED})`, () => {
  const counter = createWordCounter();
  expect(counter).toBeInstanceOf(WasmWordCounter);
  expect(WHITE_SPACE).toHaveLength(25);
  const random = generator(SEED);
  const different: string[] = [];
  const text = Buffer.alloc(AT_A_TIME * LONGEST_OF_PLAIN * 20);
  const starts = new Uint32Array(AT_A_TIME);
  const ends = new Uint32Array(AT_A_TIME);
  let words = 0;

  for (let done = 0; done < TEXTS; done += AT_A_TIME) {
    let at = random() % 64; // texts begin at any offset within a step of 64 bytes
    for (let index = 0; index < AT_A_TIME; index += 1) {
      starts[index] = at;
      const isPlain = index % 4 === 0;
      const longest = isPlain ? LONGEST_OF_PLAIN : LONGEST;
      for (let left = random() % (longest + 1); left > 0; left -= 1) {
        const pieces = isPlain && random() % 64 > 0 ? PLAIN : PIECES;
        at += (pieces[random() % pieces.length] as Buffer).copy(text, at);
      }
      ends[index] = at;
    }
    const counts = counter.count({ bytes: text, starts, ends });
    for (let index = 0; index < AT_A_TIME; index += 1) {
      const bytes = text.subarray(starts[index], ends[index]);
      const expected = oracle(bytes.toString());
      words += expected;
      if (counts[index] !== expected || countWordsOfText(bytes) !== expected)
        different.push(bytes.toString('hex'));
    }
  }

  expect(different).toEqual([]);
  expect(words).toBeGreaterThan(TEXTS);
});

test('where the bytes are cut into batches changes no count', () => {
  const random = generator(SEED);
  const counter = createWordCounter();
  for (let round = 0; round < 50; round += 1) {
    const pieces = Array.from({ length: 40 }, () => PIECES[random() % PIECES.length] as Buffer);
    const bytes = Buffer.concat(pieces);
    // The text is cut in two at each position, and the counter counts each part as a text of its own.
    const borders = Array.from({ length: bytes.length + 1 }, (_, at) => at);
    const count = borders.length;
    const before = { bytes, starts: new Uint32Array(count), ends: Uint32Array.from(borders) };
    const behind = {
      bytes,
      starts: Uint32Array.from(borders),
      ends: new Uint32Array(count).fill(bytes.length),
    };

    const expected = (from: (at: number) => Buffer) => borders.map((at) => oracle(from(at).toString()));
    expect([...counter.count(before)]).toEqual(expected((at) => bytes.subarray(0, at)));
    expect([...counter.count(behind)]).toEqual(expected((at) => bytes.subarray(at)));
  }
});

/** The generator xorshift32. Equal seeds give equal numbers. */
function generator(seed: number): () => number {
  let state = seed | 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
}
