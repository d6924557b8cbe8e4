import { createWordCounter } from '../../src/reports/word-counter/word-counter.js';
import type { TextColumn } from '../../src/reports/text-column.js';
import { sampleTexts } from '../sample-texts.js';
import type { StartContestant } from '../contestant-module.js';

export const countWordsInMemory: StartContestant = async () => {
  const batches = batchesOf(sampleTexts());
  const counter = createWordCounter();
  return async () => {
    let words = 0;
    for (const batch of batches) words += counter.count(batch).reduce((sum, count) => sum + count, 0);
    return `${words} words`;
  };
};

/** Batches of 512 posts, in the form in which a row source delivers them. */
function batchesOf(texts: readonly Buffer[]): TextColumn[] {
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
    return { bytes: Buffer.concat(some), starts, ends };
  });
}
