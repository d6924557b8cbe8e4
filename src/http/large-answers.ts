import type { Requester } from '../reports/requester.js';
import { FairSemaphore, type Release } from './fair-semaphore.js';
import type { Answer, AnswerBody } from './web/answer.js';
import type { Exchange } from './web/exchange.js';

/** Bytes from which on an answer is large. */
export const LARGE_BYTES = 1_000_000;
/** Large answers at a time: as many as memory can hold while their clients read slowly, up to 48 MB each. */
const MOST = 8;

/** Limits the large answers that are being made or that their clients have not read yet, and so the memory of both. */
export class LargeAnswers {
  readonly #semaphore: FairSemaphore;

  /** @param areAllOne without tokens all callers are one requester */
  constructor({ areAllOne }: { readonly areAllOne: boolean }) {
    this.#semaphore = new FairSemaphore({ most: MOST, mostOfEach: areAllOne ? MOST : 1 });
  }

  /** Resolves when the requester's next large answer may be made. */
  acquire({ name }: Pick<Requester, 'name'>): Promise<Release> {
    return this.#semaphore.of(name).acquire();
  }

  /** Makes the answer in a slot, which is released when the client has read the answer or has gone. */
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
