import type { StartContestant } from '../contestant-module.js';
import { sampleTexts } from '../sample-texts.js';
import { wordsOf } from '../../examples/assignment/count-words.js';

/** From bytes, like the other: a driver has to decode a text before it can split it. */
export const splitWordsInMemory: StartContestant = async () => {
  const texts = sampleTexts();
  return async () => `${texts.reduce((sum, text) => sum + wordsOf(text.toString()), 0)} words`;
};
