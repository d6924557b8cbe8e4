import knexModule from 'knex';
import { databaseUrl, digest, type StartContestant } from '../contestant-module.js';

interface Post {
  readonly user_id: number;
  readonly context: string;
}

/** What a good student writes: all rows at once, then a sum of `split`. */
export const countNaively: StartContestant = async () => {
  const db = knexModule.knex({ client: 'mysql2', connection: databaseUrl() });
  return async () => {
    const posts: Post[] = await db('posts').select('user_id', 'context');
    const totals = new Map<number, number>();
    for (const post of posts)
      totals.set(post.user_id, (totals.get(post.user_id) ?? 0) + wordsOf(post.context));
    return digest(ascending(totals));
  };
};

/** The same with Knex's stream: memory stays flat. */
export const countStreaming: StartContestant = async () => {
  const db = knexModule.knex({ client: 'mysql2', connection: databaseUrl() });
  return async () => {
    const totals = new Map<number, number>();
    for await (const post of db('posts').select('user_id', 'context').stream() as AsyncIterable<Post>) {
      totals.set(post.user_id, (totals.get(post.user_id) ?? 0) + wordsOf(post.context));
    }
    return digest(ascending(totals));
  };
};

export function wordsOf(text: string): number {
  const trimmed = text.trim();
  return trimmed === '' ? 0 : trimmed.split(/\s+/).length;
}

function ascending(totals: Map<number, number>): [number, number][] {
  return [...totals].sort(([a], [b]) => a - b);
}
