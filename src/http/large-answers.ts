import type { Requester } from '../reports/requester.js';
import { FairTurns, type EndTurn } from './job-reads/fair-turns.js';
import type { Answer, AnswerBody } from './web/answer.js';
import type { Exchange } from './web/exchange.js';

/** Bytes from which on an answer is large. */
export const LARGE_BYTES = 1_000_000;
/** Large answers at a time: as many as memory can hold while their clients read slowly, up to 48 MB each. */
const MOST = 8;

/** Bounds the large answers that are made or not taken yet, so that what slow readers hold is bounded as well. */
export class LargeAnswers {
  readonly #turns: FairTurns;

  /** @param areAllOne without tokens all callers are one requester */
  constructor({ areAllOne }: { readonly areAllOne: boolean }) {
    this.#turns = new FairTurns({ most: MOST, mostOfEach: areAllOne ? MOST : 1 });
  }

  /** Resolves when the requester may have the next one. */
  begin({ name }: Pick<Requester, 'name'>): Promise<EndTurn> {
    return this.#turns.of(name).begin();
  }

  /** The turn lasts until the client has taken the answer or has gone. */
  async answer(
    { requester, signal }: Pick<Exchange, 'requester' | 'signal'>,
    make: () => Promise<Answer>,
  ): Promise<Answer> {
    const end = await this.begin(requester);
    try {
      signal.throwIfAborted();
      const answer = await make();
      signal.addEventListener('abort', end, { once: true });
      return { ...answer, body: thenEnd(answer.body, end) };
    } catch (error) {
      end();
      throw error;
    }
  }
}

function thenEnd(body: AnswerBody | undefined, end: EndTurn): AnswerBody | undefined {
  if (typeof body !== 'object' || !(Symbol.asyncIterator in body)) {
    end();
    return body;
  }
  return (async function* () {
    try {
      yield* body;
    } finally {
      end();
    }
  })();
}
