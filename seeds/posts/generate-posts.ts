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
 * Generates posts by random users at random times of the last year. The first posts are by different users, so that
 * each user has a post if there are enough posts. faker generates a list of words once. A small random number generator
 * chooses words from the list, which is ten times as fast as faker.
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

/**
 * Returns a function that maps the integers from 0 to `count` - 1 to the same integers in another order. It adds a
 * constant step, modulo `count`, for each index. The step is coprime to `count`, so that each integer occurs once.
 */
function permutation(count: number, pick: (limit: number) => number): (index: number) => number {
  const offset = pick(count);
  let step = 1 + pick(count);
  while (greatestCommonDivisor(step, count) !== 1) step += 1;
  return (index) => (offset + index * step) % count;
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}

/** Returns a generator of random integers from 0 to `limit` - 1. (Marsaglia, Xorshift RNGs, 2003; 32 bits of state.) */
function xorshift(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return Math.floor(((state >>> 0) / 0x1_0000_0000) * limit);
  };
}
