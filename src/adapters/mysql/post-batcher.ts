import type { PostBatch } from '../../reports/ports/post-source.js';

const BATCH_BYTES = 256 * 1024;
const BATCH_POSTS = 4096;

/** Packs posts into one batch that is used again and again, so that no post leaves an object behind. */
export class PostBatcher {
  readonly #onBatch: (batch: PostBatch) => void;
  readonly #userIds = new Int32Array(BATCH_POSTS);
  readonly #starts = new Uint32Array(BATCH_POSTS);
  readonly #ends = new Uint32Array(BATCH_POSTS);
  #text = new Uint8Array(BATCH_BYTES);
  #bytes = 0;
  #count = 0;

  constructor(onBatch: (batch: PostBatch) => void) {
    this.#onBatch = onBatch;
  }

  /** @returns whether a batch was handed on */
  add(userId: number, text: Uint8Array): boolean {
    const isFull = this.#count === BATCH_POSTS || this.#bytes + text.length > this.#text.length;
    if (isFull) this.flush();
    // Only a post that is longer than a whole batch (TEXT ends at 64 kB, so none today) makes the buffer grow.
    if (text.length > this.#text.length) this.#text = new Uint8Array(text.length);
    this.#text.set(text, this.#bytes);
    this.#userIds[this.#count] = userId;
    this.#starts[this.#count] = this.#bytes;
    this.#bytes += text.length;
    this.#ends[this.#count] = this.#bytes;
    this.#count += 1;
    return isFull;
  }

  flush(): void {
    if (this.#count === 0) return;
    const count = this.#count;
    this.#count = 0;
    this.#bytes = 0;
    this.#onBatch({
      count,
      userIds: this.#userIds,
      text: this.#text,
      starts: this.#starts,
      ends: this.#ends,
    });
  }
}
