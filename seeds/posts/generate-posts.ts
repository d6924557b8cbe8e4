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
 * Posts by random users at random times of the last year. The first posts are of different users, so that each user has
 * one where there are posts enough. faker gives the words, once; a small generator chooses among them, ten
 * times as fast as faker.
 */
export function* generatePosts({ posts, users, random, now }: SeedSettings): Generator<SeedPost> {
  faker.seed(random);
  const words = vocabulary();
  const pick = xorshift(faker.number.int({ min: 1, max: 0xffff_ffff }));
  const spread = permutation(users, pick);
  for (let post = 0; post < posts; post += 1) {
    let context = words[pick(words.length)] as string;
    const count = FEWEST_WORDS + pick(MOST_WORDS - FEWEST_WORDS + 1);
    for (let word = 1; word < count; word += 1) context += ` ${words[pick(words.length)] as string}`;
    const user = post < users ? spread(post) : pick(users);
    yield { userId: 1 + user, context, createdAt: now.getTime() - pick(YEAR_MS) };
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

/** Each whole number below `count` once, for the whole numbers below `count`: steps of a length coprime to it. */
function permutation(count: number, pick: (limit: number) => number): (index: number) => number {
  const offset = pick(count);
  let step = 1 + pick(count);
  while (greatestCommonDivisor(step, count) !== 1) step += 1;
  return (index) => (offset + index * step) % count;
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
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
