import type { Connection } from 'mysql2/promise';
import type { Filter, Rows } from './history.js';
import { Random } from './random.js';

export const USERS = 25;
const POSTS = 1500;
export const FIRST_POST_AT = Date.parse('2026-01-01T00:00:00.000Z');
export const LAST_POST_AT = Date.parse('2026-01-31T00:00:00.000Z');

const WORDS = [
  'a',
  'post',
  'über',
  '日本',
  'x\u00a0y',
  'naïve',
  '👩‍👩‍👧',
  "don't",
  '—',
  'ſ',
  'zero\u200bwidth',
  '42',
];
const SPACES = [' ', ' ', ' ', '  ', '\n', '\t', '\u00a0', '\u3000', '\ufeff', '\u2028'];

/** Inserts posts with every kind of white space, some of them without words. Their ids have gaps. */
export async function insertPosts(connection: Connection, seed: number): Promise<void> {
  const random = new Random(`posts ${seed}`);
  const rows = Array.from({ length: POSTS }, (_, index) => [
    index * 3 + 1,
    random.int(1, USERS),
    random.chance(0.03) ? random.pick(SPACES) : text(random),
    new Date(random.int(FIRST_POST_AT, LAST_POST_AT)),
  ]);
  for (let start = 0; start < rows.length; start += 250) {
    await connection.query('INSERT INTO posts (id, user_id, context, created_at) VALUES ?', [
      rows.slice(start, start + 250),
    ]);
  }
}

function text(random: Random): string {
  let text = random.chance(0.2) ? random.pick(SPACES) : '';
  for (let words = random.int(1, 40); words > 0; words -= 1) text += random.pick(WORDS) + random.pick(SPACES);
  return text;
}

/** Returns the correct rows of a report. */
export type Oracle = (filter: Filter) => Rows;

/** Reads the posts back, and counts their words by the README's definition. */
export async function createOracle(connection: Connection): Promise<Oracle> {
  const [rows] = await connection.query('SELECT user_id, context, created_at FROM posts');
  const posts = (rows as { user_id: number; context: string; created_at: Date }[]).map((post) => ({
    userId: post.user_id,
    words: wordsIn(post.context),
    at: post.created_at.getTime(),
  }));
  return ({ user_ids, created_from, created_to }) => {
    const users = user_ids && new Set(user_ids);
    const from = created_from === undefined ? -Infinity : Date.parse(created_from);
    const to = created_to === undefined ? Infinity : Date.parse(created_to);
    const sums = new Map<number, number>();
    for (const { userId, words, at } of posts) {
      if (at < from || at >= to || users?.has(userId) === false) continue;
      sums.set(userId, (sums.get(userId) ?? 0) + words);
    }
    return [...sums].sort(([a], [b]) => a - b);
  };
}

/** Counts words by the README's definition. */
function wordsIn(text: string): number {
  return text.trim() === '' ? 0 : text.trim().split(/\s+/).length;
}
