import type { Attack } from '../attack.js';
import { query, sendInLoops } from './send.js';

/** Some 2,900 tokens each. */
const TEXTS = [
  `{ ${'a '.repeat(2900)}}`,
  `{ ${Array.from({ length: 960 }, (_, n) => `a${n}: __typename`).join(' ')} }`,
  `{ ${'jobs { nodes { id } } '.repeat(410)}}`,
];

/** Each document is another text, by its comment. */
export const documents: Attack = {
  name: '1,100 documents of 2,900 tokens: unknown, valid and repeated fields',
  isQuick: true,
  run: (target, over) =>
    sendInLoops(target, over, 4, (number) =>
      number < (target.isShort ? 60 : 1100) ? query(`${TEXTS[number % TEXTS.length]} #${number}`) : undefined,
    ),
};
