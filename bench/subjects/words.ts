import { faker } from '@faker-js/faker/locale/en';
import { createWordCounter } from '../../src/reports/word-counter/word-counter.js';
import type { PostBatch } from '../../src/reports/ports/post-source.js';
import { wordsOf } from './naive.js';
import type { StartSubject } from './subject.js';

/** About 22 MB of faker's words, some of them not ASCII, as the wire brings them. */
function posts(): Buffer[] {
  faker.seed(7);
  const foreign = ['naïve', 'größer', '語', 'émoji😀', 'a\u00a0b', 'c\u3000d'];
  const words = Array.from({ length: 4096 }, (_, index) =>
    index % 100 === 0 ? foreign[index % 6]! : faker.word.sample(),
  );
  return Array.from({ length: 50_000 }, (_, post) => {
    const length = 10 + ((post * 37) % 91);
    return Buffer.from(Array.from({ length }, (_, word) => words[(post * 131 + word * 17) % 4096]).join(' '));
  });
}

export const countWordsInMemory: StartSubject = async () => {
  const batches = batchesOf(posts());
  const counter = createWordCounter();
  return async () => {
    let words = 0;
    for (const batch of batches) words += counter.count(batch).reduce((sum, count) => sum + count, 0);
    return `${words} words`;
  };
};

/** 512 posts a batch, as they come out of a post source. */
function batchesOf(texts: readonly Buffer[]): PostBatch[] {
  return Array.from({ length: Math.ceil(texts.length / 512) }, (_, index) => {
    const some = texts.slice(index * 512, (index + 1) * 512);
    const ends = new Uint32Array(some.length);
    const starts = new Uint32Array(some.length);
    let at = 0;
    for (const [post, text] of some.entries()) {
      starts[post] = at;
      at += text.length;
      ends[post] = at;
    }
    return {
      count: some.length,
      userIds: new Int32Array(some.length),
      text: Buffer.concat(some),
      starts,
      ends,
    };
  });
}

/** From bytes, as the other does: a driver has to decode a text before it can split it. */
export const splitWordsInMemory: StartSubject = async () => {
  const texts = posts();
  return async () => `${texts.reduce((sum, text) => sum + wordsOf(text.toString()), 0)} words`;
};
