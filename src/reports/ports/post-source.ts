/** Where posts come from. An implementer reads with one plain `SELECT user_id, context FROM posts …`, and never counts. */
export interface PostSource {
  /**
   * Reads every post that meets the conditions, in no particular order, from one consistent snapshot.
   *
   * Guarantees: `onStart` comes once, before any batch; each post is in exactly one batch; memory does not grow with
   * the number of posts; other work in the process gets its turn every few batches. When the signal aborts, the query
   * ends in the server within two seconds and `read` rejects with the signal's reason; what the callbacks throw ends
   * the query too and is passed on. A dead connection rejects with ServiceUnavailableError.
   */
  read(conditions: PostConditions, options: ReadOptions): Promise<void>;
}

export interface PostConditions {
  readonly userIds: readonly number[] | null;
  /** Inclusive, `YYYY-MM-DDTHH:mm:ss.sssZ`. */
  readonly createdFrom: string | null;
  /** Exclusive, the same form. */
  readonly createdTo: string | null;
}

export interface ReadOptions {
  readonly signal: AbortSignal;
  readonly onStart: (start: ReadStart) => void;
  /** Synchronous; the batch and its arrays may be used again afterwards, so keep nothing of it. */
  readonly onBatch: (batch: PostBatch) => void;
}

export interface ReadStart {
  /** The database's time, read on the same connection just before the SELECT. */
  readonly asOf: Date;
  /** The optimiser's estimate of the rows to come; null when it gives none. */
  readonly estimatedPosts: number | null;
}

/** `count` posts: the text of post i is `text[starts[i], ends[i])`, UTF-8. */
export interface PostBatch {
  readonly count: number;
  readonly userIds: Int32Array;
  readonly text: Uint8Array;
  readonly starts: Uint32Array;
  readonly ends: Uint32Array;
}
