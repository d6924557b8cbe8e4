import { setImmediate as nextTurn } from 'node:timers/promises';
import { ServiceUnavailableError } from '../../src/reports/errors.js';
import type {
  PostBatch,
  PostConditions,
  PostSource,
  ReadOptions,
} from '../../src/reports/ports/post-source.js';

export interface MemoryPost {
  readonly userId: number;
  readonly context: string;
  readonly createdAt: Date;
}

/** Posts in memory; the array is the table, and tests fill it. */
export class MemoryPostSource implements PostSource {
  readonly posts: MemoryPost[];
  /** As if the database could not be reached. */
  isAway = false;
  /** Posts of a batch. Between two batches there is a turn of the event loop. */
  readonly #batchSize: number;

  constructor(posts: readonly MemoryPost[] = [], { batchSize = 100 }: { batchSize?: number } = {}) {
    this.posts = [...posts];
    this.#batchSize = batchSize;
  }

  async read(conditions: PostConditions, { signal, onStart, onBatch }: ReadOptions): Promise<void> {
    signal.throwIfAborted();
    if (this.isAway) throw new ServiceUnavailableError('The database is not available.');
    const matching = this.posts.filter((post) => meets(post, conditions));
    onStart({ asOf: new Date(), estimatedPosts: matching.length });
    for (let start = 0; start < matching.length; start += this.#batchSize) {
      await nextTurn();
      signal.throwIfAborted();
      if (this.isAway) throw new ServiceUnavailableError('The database is not available.');
      onBatch(batchOf(matching.slice(start, start + this.#batchSize)));
    }
    signal.throwIfAborted();
  }
}

function meets(post: MemoryPost, { userIds, createdFrom, createdTo }: PostConditions): boolean {
  return (
    (userIds === null || userIds.includes(post.userId)) &&
    (createdFrom === null || post.createdAt >= new Date(createdFrom)) &&
    (createdTo === null || post.createdAt < new Date(createdTo))
  );
}

function batchOf(posts: readonly MemoryPost[]): PostBatch {
  const texts = posts.map(({ context }) => Buffer.from(context));
  const ends = new Uint32Array(posts.length);
  let bytes = 0;
  texts.forEach((text, index) => {
    bytes += text.length;
    ends[index] = bytes;
  });
  return {
    count: posts.length,
    userIds: Int32Array.from(posts, ({ userId }) => userId),
    text: Buffer.concat(texts),
    starts: ends.map((end, index) => end - (texts[index]?.length ?? 0)),
    ends,
  };
}
