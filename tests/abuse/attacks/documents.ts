import type { Attack } from '../attack.js';
import { query, sendInLoops } from './send.js';

/**
 * Documents whose validation takes up to 20 ms. Each has about 2,900 tokens, or the number of tokens with which its
 * validation takes longest.
 */
const TEXTS = [
  `{ ${'a '.repeat(2900)}}`,
  `{ ${times(960, (n) => `a${n}: __typename`)} }`,
  `{ ${'jobs { nodes { id } } '.repeat(410)}}`,
  `{ ${'jobs { nodes { id } } '.repeat(100)}}`,
  `{ ${times(190, (n) => `...F${n}`)} } ${times(190, (n) => `fragment F${n} on Query { a${n}: __typename b${n}: __typename }`)}`,
  `{${'\n'.repeat(80_000)}${times(960, (n) => `x${n}`)} }`,
];

function times(count: number, textOf: (n: number) => string): string {
  return Array.from({ length: count }, (_, n) => textOf(n)).join(' ');
}

/** Each document ends with a different comment, so that no two documents are equal. */
export const documents: Attack = {
  name: '1,100 documents that take long to validate, valid and refused, over four connections',
  isQuick: true,
  run: (target, over) =>
    sendInLoops(target, over, 4, (number) =>
      number < (target.isShort ? 60 : 1100) ? query(`${TEXTS[number % TEXTS.length]} #${number}`) : undefined,
    ),
};
