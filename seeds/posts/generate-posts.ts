import { faker } from '@faker-js/faker/locale/en';
import type { SeedSettings } from './seed-settings.js';

export interface SeedPost {
  readonly userId: number;
  /** 10 to 100 words. */
  readonly context: string;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
}

const FEWEST_WORDS = 10;
const MOST_WORDS = 100;
const VOCABULARY = 4096;
const YEAR_MS = 365 * 86_400_000;

/**
 * Posts by random users at random times of the last year. faker gives the words, once; choosing among them is left to
 * a small generator, which is ten times as fast as asking faker for every word.
 */
export function* generatePosts({ posts, users, random, now }: SeedSettings): Generator<SeedPost> {
  faker.seed(random);
  const words = vocabulary();
  const pick = xorshift(faker.number.int({ min: 1, max: 0xffff_ffff }));
  for (let post = 0; post < posts; post += 1) {
    let context = words[pick(words.length)] as string;
    const count = FEWEST_WORDS + pick(MOST_WORDS - FEWEST_WORDS + 1);
    for (let word = 1; word < count; word += 1) context += ` ${words[pick(words.length)] as string}`;
    yield { userId: 1 + pick(users), context, createdAt: now.getTime() - pick(YEAR_MS) };
  }
}

function vocabulary(): readonly string[] {
  const words: string[] = [];
  while (words.length < VOCABULARY) {
    const word = faker.word.sample();
    if (!/\s/.test(word)) words.push(word);
  }
  return words;
}

/** Whole numbers from 0 to below a limit. (Marsaglia, Xorshift RNGs, 2003; 32 bits of state.) */
function xorshift(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return Math.floor(((state >>> 0) / 0x1_0000_0000) * limit);
  };
}
