import type { Attack } from '../attack.js';
import { query, sendInLoops } from './send.js';

/** Some 2,900 tokens each, or as many as take longest to validate: up to 20 ms. */
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

/** Each document is another text, by its comment. */
export const documents: Attack = {
  name: '1,100 documents that take long to validate, valid and refused, over four connections',
  isQuick: true,
  run: (target, over) =>
    sendInLoops(target, over, 4, (number) =>
      number < (target.isShort ? 60 : 1100) ? query(`${TEXTS[number % TEXTS.length]} #${number}`) : undefined,
    ),
};
