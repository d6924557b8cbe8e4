import { execFileSync } from 'node:child_process';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { TextColumn } from '../../src/reports/text-column.js';
import {
  createWordCounter,
  ScriptWordCounter,
  WasmWordCounter,
  type WordCounter,
} from '../../src/reports/word-counter/word-counter.js';
import { WORD_COUNTER_MODULE } from '../../src/reports/word-counter/word-counter-module.js';

/** The definition that the counters must match: words are separated by white space, as in JavaScript's `\s`. */
function oracle(text: Buffer): number {
  const trimmed = text.toString().trim();
  return trimmed === '' ? 0 : trimmed.split(/\s+/).length;
}

const SPACES = [...'\t\n\v\f\r \u00a0\u1680\u2028\u2029\u202f\u205f\u3000\ufeff'].concat(
  Array.from({ length: 11 }, (_, index) => String.fromCharCode(0x2000 + index)),
);
const OTHERS = [
  'a',
  'Z',
  '\0',
  '\u0085',
  '\u180e',
  '\u200b',
  '\u2060',
  '\u2030',
  'é',
  'ж',
  '語',
  '🙂',
  'word',
];
/** First bytes of spaces, their second and third bytes, and bytes that no UTF-8 text has. */
const TORN = [0xc2, 0xa0, 0xe1, 0x9a, 0x80, 0xe2, 0x81, 0x9f, 0xa8, 0xaf, 0xe3, 0xef, 0xbb, 0xbf, 0xff, 0xf0];

const piece = fc.oneof(
  fc.constantFrom(...SPACES).map((text) => Buffer.from(text)),
  fc.constantFrom(...OTHERS).map((text) => Buffer.from(text)),
  fc.integer({ min: 1, max: 40 }).map((length) => Buffer.alloc(length, 'x')),
  fc.constantFrom(...TORN).map((byte) => Buffer.from([byte])),
);
const text = fc.array(piece, { maxLength: 20 }).map((pieces) => Buffer.concat(pieces));

describe.each<[string, () => WordCounter]>([
  ['in WebAssembly', createWordCounter],
  ['in JavaScript', () => new ScriptWordCounter()],
])('a word counter %s', (_, create) => {
  const counter = create();

  test('agrees with the definition on generated texts, torn UTF-8 included', () => {
    fc.assert(
      fc.property(fc.array(text, { maxLength: 8 }), (texts) => {
        expect([...counter.count(batchOf(texts))]).toEqual(texts.map(oracle));
      }),
      { numRuns: 15_000 },
    );
  });

  test('finds every space at every place of sixty-four bytes', () => {
    for (const space of SPACES) {
      for (let before = 0; before < 130; before += 1) {
        const start = `${'x'.repeat(before)}${space}`;
        const texts = [start, `${start}y`, `${start}y${'z'.repeat(150)}`].map((one) => Buffer.from(one));
        expect([space, before, ...counter.count(batchOf(texts))]).toEqual([
          space,
          before,
          ...texts.map(oracle),
        ]);
      }
    }
  });

  test('counts batches of any size, also one that begins in the middle of its bytes', () => {
    for (const length of [0, 1, 15, 16, 17, 70_000, 3_000_000]) {
      const texts = [Buffer.alloc(length, 'ab '), Buffer.from('one two')];
      expect([...counter.count(batchOf(texts))]).toEqual([oracle(texts[0]!), 2]);
      expect([...counter.count(batchOf(texts, 100))]).toEqual([oracle(texts[0]!), 2]);
    }
    expect([...counter.count(batchOf([]))]).toEqual([]);
  });
});

test('the memory that a very long text took is given back', () => {
  const counter = new WasmWordCounter(new WebAssembly.Module(Buffer.from(WORD_COUNTER_MODULE, 'base64')));
  const memoryOf = (length: number) =>
    counter.count(batchOf([Buffer.alloc(length, 'ab ')])).buffer.byteLength;
  expect(memoryOf(50_000_000)).toBeGreaterThan(50_000_000);
  expect(memoryOf(1000)).toBeLessThan(1_000_000);
});

test('this Node.js runs the module', () => {
  expect(createWordCounter()).toBeInstanceOf(WasmWordCounter);
});

test('the module is what word-counter.wat says', () => {
  execFileSync(process.execPath, ['scripts/generate-wasm.mjs', '--check'], {
    env: { ...process.env, NODE_OPTIONS: '' },
  });
});

function batchOf(texts: readonly Buffer[], before = 0): TextColumn {
  const starts = new Uint32Array(texts.length);
  const ends = new Uint32Array(texts.length);
  let at = before;
  for (const [index, one] of texts.entries()) {
    starts[index] = at;
    at += one.length;
    ends[index] = at;
  }
  const bytes = Buffer.concat([Buffer.alloc(before, 'z '), ...texts]);
  return { bytes, starts, ends };
}
