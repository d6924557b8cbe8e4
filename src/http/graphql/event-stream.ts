import type { Answer } from '../web/answer.js';
import { eventStream, EVENT_STREAM_HEADERS } from '../web/event-stream.js';
import { between } from '../web/json-slices.js';
import type { ResultStream } from './result-stream.js';
import { textOf } from './result-text.js';

const HEADERS = {
  ...EVENT_STREAM_HEADERS,
  'cache-control': 'no-cache, no-transform',
  'content-encoding': 'none',
};
/** The first bytes of each stream, because some browsers show nothing of a stream before its first byte. */
const HEAD = ':\n\n';
const COMPLETE = 'event: complete\ndata:\n\n';
const KEEP_ALIVE_MS = 12_000;

/**
 * The event stream of an operation with one result, in the format of graphql-sse's distinct connections mode.
 *
 * @param json the result on one line
 */
export function singleEvent(
  json: string | AsyncIterable<string>,
  { status, headers }: { readonly status: number; readonly headers: Readonly<Record<string, string>> },
): Answer {
  const [before, after] = [`${HEAD}event: next\ndata: `, `\n${COMPLETE}`];
  const body = typeof json === 'string' ? `${before}${json}${after}` : between(before, json, after);
  return { status, headers: { ...HEADERS, ...headers }, body };
}

/** The event stream of a subscription, in the format of graphql-sse's distinct connections mode. */
export function eventsOf(results: ResultStream): Answer {
  const body = eventStream(withComplete(results), {
    head: HEAD,
    write: (event) => event,
    keepAliveMs: KEEP_ALIVE_MS,
  });
  return { status: 200, headers: HEADERS, body };
}

function nextEvent(json: string): string {
  return `event: next\ndata: ${json}\n\n`;
}

function withComplete(results: ResultStream): AsyncIterator<string> {
  let isComplete = false;
  return {
    async next() {
      if (isComplete) return { done: true, value: undefined };
      const { done, value } = await results.next();
      isComplete = done === true;
      return { value: done === true ? COMPLETE : nextEvent(textOf(value)) };
    },
    async return() {
      await results.return();
      return { done: true, value: undefined };
    },
  };
}
