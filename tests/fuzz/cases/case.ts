/** One thing that a client does. */
export type Case = HttpCase | RawCase | WebSocketCase;

/** Whose token the request carries. */
export type Caller = 'viewer' | 'operator' | 'anonymous';

export interface HttpCase {
  readonly kind: 'http';
  readonly caller: Caller;
  readonly method: string;
  /** With the query, as it goes over the wire. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
}

export interface RawCase {
  readonly kind: 'raw';
  /** Each character is a byte. */
  readonly bytes: string;
}

export interface WebSocketCase {
  readonly kind: 'web-socket';
  readonly caller: Caller;
  readonly messages: readonly string[];
}
