import { randomUUID } from 'node:crypto';
import { ANONYMOUS, type Requester } from '../../reports/requester.js';
import { readBody, type BodyStream } from './body.js';
import { ClientGone } from './client-gone.js';
import type { RequestHeaders } from './headers.js';

/** A request as its transport read it: the head, and a body still to be read. */
export interface IncomingHead {
  /** As sent: `GET`. */
  readonly method: string;
  /** The request target as sent: `/api?a=b`, `http://host/api`, `*`. */
  readonly target: string;
  readonly headers: RequestHeaders;
  /** Undefined when the request has none. */
  readonly stream: BodyStream | undefined;
  /** Closes the connection at once. */
  readonly cut: () => void;
}

export const REQUEST_ID_HEADER = 'x-request-id';

/**
 * One request on its way through the server, whatever its protocol. Made once by the transport; the kernel finds
 * `route`, `parameters` and `requester` before a handler gets it.
 */
export class Exchange {
  /** `X-Request-Id` of the client when it is short and plain, else a new UUID. */
  readonly requestId: string;
  readonly method: string;
  /** As sent, without the query. */
  readonly path: string;
  readonly headers: RequestHeaders;
  /** By `performance.now()`, in milliseconds. */
  readonly startedAt = performance.now();
  /** The template of the route: figures are kept by it, because paths are without number. */
  route = 'unknown';
  /** The value of each `{name}` of the route's path, decoded. */
  parameters: Readonly<Record<string, string>> = {};
  /** Authenticated once; ANONYMOUS on open routes. */
  requester: Requester = ANONYMOUS;
  /** Name of the GraphQL operation, for the log line. */
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

  /** Aborted within 2 s of the client going away, also when the request is one of several pipelined ones. */
  get signal(): AbortSignal {
    if (this.#abort === undefined) {
      this.#abort = new AbortController();
      if (this.#isAbandoned) this.#abort.abort(new ClientGone());
    }
    return this.#abort.signal;
  }

  /**
   * All bytes of the body, empty when there is none. Read when it is first asked for; the limit is checked here and
   * nowhere else.
   *
   * @throws ReportsError PAYLOAD_TOO_LARGE; ClientGone
   */
  body(): Promise<Uint8Array> {
    return (this.#body ??= readBody(this.#head.stream, this.headers));
  }

  /** Closes the connection without an answer, or in the middle of one: a subscriber then comes back. */
  cut(): void {
    this.#head.cut();
  }

  /** For the transport: the client has gone. */
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
