const MOST_POSTS = 10_000_000;
const MOST_USERS = 10_000_000;
/** With SEED_RANDOM the posts lie in the year before this moment, whenever they are made. */
const FIXED_NOW = new Date('2026-01-01T00:00:00Z');

/** A mistake that the person who seeds can put right. Knex prints the stack, which would only bury what the message says. */
export class SeedError extends Error {
  constructor(message: string) {
    super(message);
    this.stack = message;
  }
}

export interface SeedSettings {
  readonly posts: number;
  readonly users: number;
  /** Undefined: other posts every time. */
  readonly random: number | undefined;
  /** No post is newer than this. */
  readonly now: Date;
}

/**
 * SEED_POSTS (5,000), SEED_USERS (a tenth of the posts, 10,000 at most) and SEED_RANDOM (a whole number: the same
 * number gives the same posts).
 *
 * @throws SeedError that says which variable is wrong, and what it may be
 */
export function readSeedSettings(env: NodeJS.ProcessEnv): SeedSettings {
  const posts = wholeNumber(env, 'SEED_POSTS', 1, MOST_POSTS) ?? 5000;
  const users =
    wholeNumber(env, 'SEED_USERS', 1, MOST_USERS) ?? Math.min(Math.max(Math.round(posts / 10), 1), 10_000);
  const random = wholeNumber(env, 'SEED_RANDOM', 0, 0xffff_ffff);
  return { posts, users, random, now: random === undefined ? new Date() : FIXED_NOW };
}

function wholeNumber(env: NodeJS.ProcessEnv, name: string, least: number, most: number): number | undefined {
  const text = env[name]?.trim();
  if (!text) return undefined;
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < least || value > most) {
    const range = `${least.toLocaleString('en')} to ${most.toLocaleString('en')}`;
    throw new SeedError(`${name} must be a whole number from ${range}, but is ${JSON.stringify(text)}.`);
  }
  return value;
}
