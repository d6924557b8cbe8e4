import type { Knex } from 'knex';

export interface UserWords {
  readonly userId: number;
  readonly totalWords: number;
}

/** Without `userIds`, all users. */
export interface Filter {
  readonly userIds?: readonly number[] | null;
}

interface Post {
  readonly user_id: number;
  readonly context: string;
}

/** Reads all rows at once: every post is an object in memory until the words are summed. */
export async function countWords(db: Knex, filter?: Filter | null): Promise<UserWords[]> {
  const totals = new Map<number, number>();
  for (const post of (await postsOf(db, filter)) as Post[]) add(totals, post);
  return byUser(totals);
}

/** Reads row by row: memory does not grow with the posts, but counting still blocks the event loop. */
export async function streamWords(db: Knex, filter?: Filter | null): Promise<UserWords[]> {
  const totals = new Map<number, number>();
  for await (const post of postsOf(db, filter).stream() as AsyncIterable<Post>) add(totals, post);
  return byUser(totals);
}

export function wordsOf(text: string): number {
  const trimmed = text.trim();
  return trimmed === '' ? 0 : trimmed.split(/\s+/).length;
}

function postsOf(db: Knex, filter?: Filter | null) {
  const posts = db('posts').select('user_id', 'context');
  return filter?.userIds ? posts.whereIn('user_id', filter.userIds) : posts;
}

function add(totals: Map<number, number>, { user_id, context }: Post): void {
  totals.set(user_id, (totals.get(user_id) ?? 0) + wordsOf(context));
}

function byUser(totals: ReadonlyMap<number, number>): UserWords[] {
  return [...totals]
    .map(([userId, totalWords]) => ({ userId, totalWords }))
    .sort((a, b) => a.userId - b.userId);
}
