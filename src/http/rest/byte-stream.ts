/**
 * An iterable as a body: a chunk is asked for when the reader has taken what is there, and a reader that goes away
 * ends the iteration.
 */
export function streamOf(chunks: AsyncIterable<Uint8Array>): ReadableStream<Uint8Array> {
  const iterator = chunks[Symbol.asyncIterator]();
  return new ReadableStream(
    {
      async pull(controller) {
        const next = await iterator.next();
        if (next.done === true) controller.close();
        else controller.enqueue(next.value);
      },
      async cancel() {
        await iterator.return?.();
      },
    },
    // Nothing is read before somebody wants it: an answer to HEAD is dropped unread.
    { highWaterMark: 0 },
  );
}
