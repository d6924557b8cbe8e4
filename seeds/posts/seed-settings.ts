const MOST_POSTS = 10_000_000;
const MOST_USERS = 10_000_000;
/** With SEED_RANDOM the posts' times are in the year before this time, so that each seeding gives the same posts. */
const FIXED_NOW = new Date('2026-01-01T00:00:00Z');

/** An error that the user can correct. Its stack is only its message, because Knex prints the stack. */
export class SeedError extends Error {
  constructor(message: string) {
    super(message);
    this.stack = message;
  }
}

export interface SeedSettings {
  readonly posts: number;
  readonly users: number;
  /** Seed of the random numbers. Undefined: each seeding gives different posts. */
  readonly random: number | undefined;
  /** Latest time of a post. */
  readonly now: Date;
}

/**
 * Reads SEED_POSTS (default 5,000), SEED_USERS (default a tenth of the posts, at most 10,000) and SEED_RANDOM (a whole
 * number: the same number gives the same posts).
 *
 * @throws SeedError whose message names the wrong variable and the range of its values
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
