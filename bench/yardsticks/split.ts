import type { StartContestant } from '../contestant-module.js';
import { sampleTexts } from '../sample-texts.js';
import { wordsOf } from '../../examples/assignment/count-words.js';

/**
 * Counts from bytes, as `subjects/words.ts` does: a driver that returns strings has to decode the bytes before they can
 * be split.
 */
export const splitWordsInMemory: StartContestant = async () => {
  const texts = sampleTexts();
  return async () => `${texts.reduce((sum, text) => sum + wordsOf(text.toString()), 0)} words`;
};
