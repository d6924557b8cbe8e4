import { randomUUID } from 'node:crypto';
import { ANONYMOUS, type Requester } from '../../reports/requester.js';
import { readBody, type BodyStream } from './body.js';
import { ClientGone } from './client-gone.js';
import type { RequestHeaders } from './headers.js';

/** The head of a request, as its transport read it, and the body, which is not read yet. */
export interface IncomingHead {
  /** The method as sent, such as `GET`. */
  readonly method: string;
  /** The request target as sent: `/api?a=b`, `http://host/api`, `*`. */
  readonly target: string;
  readonly headers: RequestHeaders;
  /** Undefined when the request has no body. */
  readonly stream: BodyStream | undefined;
  /** Closes the connection at once. */
  readonly cut: () => void;
}

export const REQUEST_ID_HEADER = 'x-request-id';

/**
 * A request and its state while the server handles it, over any transport. The transport makes the exchange. The kernel
 * sets `route`, `parameters` and `requester` before it calls a handler.
 */
export class Exchange {
  /** The client's `X-Request-Id` when it is short and printable, else a new UUID. */
  readonly requestId: string;
  readonly method: string;
  /** The path as sent (not decoded), without host and query. */
  readonly path: string;
  readonly headers: RequestHeaders;
  /** The time of the request by `performance.now()`, in milliseconds. */
  readonly startedAt = performance.now();
  /**
   * The path template of the route. Metrics have the template in place of the path, because the number of paths is
   * unbounded.
   */
  route = 'unknown';
  /** The decoded value of each `{name}` in the route's path. */
  parameters: Readonly<Record<string, string>> = {};
  /** The caller; set by authentication. On open routes it stays ANONYMOUS. */
  requester: Requester = ANONYMOUS;
  /** The name of the GraphQL operation, for the log. */
  operation: string | undefined;
  readonly #head: IncomingHead;
  readonly #search: string;
  #query: URLSearchParams | undefined;
  #body: Promise<Uint8Array> | undefined;
  #abort: AbortController | undefined;
  #isAbandoned = false;

  constructor(head: IncomingHead) {
    const givenId = head.headers[REQUEST_ID_HEADER];
    this.requestId = givenId !== undefined && /^[\w.:-]{1,128}$/.test(givenId) ? givenId : randomUUID();
    this.method = head.method;
    this.headers = head.headers;
    [this.path, this.#search] = splitTarget(head.target);
    this.#head = head;
  }

  get query(): URLSearchParams {
    return (this.#query ??= new URLSearchParams(this.#search));
  }

  /** Whether the client has gone. */
  get isAbandoned(): boolean {
    return this.#isAbandoned;
  }

  /** Aborted within 2 s after the client has gone, also when the request is one of several pipelined requests. */
  get signal(): AbortSignal {
    if (this.#abort === undefined) {
      this.#abort = new AbortController();
      if (this.#isAbandoned) this.#abort.abort(new ClientGone());
    }
    return this.#abort.signal;
  }

  /**
   * Reads all bytes of the body on the first call, and returns the same bytes on later calls; none when the request has
   * no body. Only this method checks the maximum size.
   *
   * @throws ReportsError PAYLOAD_TOO_LARGE
   * @throws ClientGone
   */
  body(): Promise<Uint8Array> {
    return (this.#body ??= readBody(this.#head.stream, this.headers));
  }

  /** Closes the connection without an answer, or in the middle of one, so that a subscriber reconnects. */
  cut(): void {
    this.#head.cut();
  }

  /** Called by the transport when the client has gone. */
  abandon(): void {
    this.#isAbandoned = true;
    this.#abort?.abort(new ClientGone());
  }
}

function splitTarget(target: string): [path: string, search: string] {
  const local = target.startsWith('/') ? target : target.replace(/^https?:\/\/[^/?#]*/i, '');
  const hash = local.indexOf('#');
  const address = hash < 0 ? local : local.slice(0, hash);
  const mark = address.indexOf('?');
  return mark < 0 ? [address, ''] : [address.slice(0, mark), address.slice(mark + 1)];
}
