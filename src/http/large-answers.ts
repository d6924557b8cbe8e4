import type { Requester } from '../reports/requester.js';
import { FairSemaphore, type Release } from './fair-semaphore.js';
import type { Answer, AnswerBody } from './web/answer.js';
import type { Exchange } from './web/exchange.js';

/** The size in bytes above which an answer is large. */
export const LARGE_BYTES = 1_000_000;
/**
 * The maximum number of large answers at a time. An answer takes up to 48 MB of memory while its client reads slowly.
 */
const MAX_ANSWERS = 8;

/**
 * Limits how many large answers are held at a time, because each takes memory. An answer is held from when the service
 * starts to make it until its client has read it completely.
 */
export class LargeAnswers {
  readonly #semaphore: FairSemaphore;

  /** @param isOneRequester whether all callers are one requester, because the service has no tokens */
  constructor({ isOneRequester }: { readonly isOneRequester: boolean }) {
    this.#semaphore = new FairSemaphore({ most: MAX_ANSWERS, mostOfEach: isOneRequester ? MAX_ANSWERS : 1 });
  }

  /** Resolves when the requester may make a large answer. */
  acquire({ name }: Pick<Requester, 'name'>): Promise<Release> {
    return this.#semaphore.of(name).acquire();
  }

  /** Makes the answer in a slot. The slot is released when the client has read the answer or has gone. */
  async answer(
    { requester, signal }: Pick<Exchange, 'requester' | 'signal'>,
    make: () => Promise<Answer>,
  ): Promise<Answer> {
    const release = await this.acquire(requester);
    try {
      signal.throwIfAborted();
      const answer = await make();
      signal.addEventListener('abort', release, { once: true });
      return { ...answer, body: thenRelease(answer.body, release) };
    } catch (error) {
      release();
      throw error;
    }
  }
}

function thenRelease(body: AnswerBody | undefined, release: Release): AnswerBody | undefined {
  if (typeof body !== 'object' || !(Symbol.asyncIterator in body)) {
    release();
    return body;
  }
  return (async function* () {
    try {
      yield* body;
    } finally {
      release();
    }
  })();
}
