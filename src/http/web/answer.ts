/** A handler's answer, as plain data. */
export interface Answer<Body extends AnswerBody = AnswerBody> {
  readonly status: number;
  /**
   * Header names are in lower case. The kernel adds `content-length` when the length of the body is known, and the
   * headers that all answers have.
   */
  readonly headers: Readonly<Record<string, string>>;
  /**
   * The body is not sent for HEAD and 304. An iterable is read as fast as the client reads. Its iterator's `return()`
   * is called as soon as the client has gone, also while `next()` is pending. When the iterable throws, the connection
   * is closed in the middle of the answer.
   */
  readonly body?: Body | undefined;
}

export type AnswerBody = string | Uint8Array | AsyncIterable<string | Uint8Array>;

/** An answer in JSON, with a line feed at its end so that a terminal's prompt begins on a new line. */
export function json(
  value: unknown,
  { status = 200, headers = {} }: { status?: number; headers?: Readonly<Record<string, string>> } = {},
): Answer<string> {
  return {
    status,
    headers: { 'content-type': 'application/json', ...headers },
    body: `${JSON.stringify(value)}\n`,
  };
}
