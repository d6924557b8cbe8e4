/** Everything that the client sends in one case. */
export type Case = HttpCase | RawCase | WebSocketCase;

/** The owner of the token in the request. `anonymous` sends no token. */
export type Caller = 'viewer' | 'operator' | 'anonymous';

export interface HttpCase {
  readonly kind: 'http';
  readonly caller: Caller;
  readonly method: string;
  /** The request target, query included, as the client sends it. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
}

export interface RawCase {
  readonly kind: 'raw';
  /** The bytes as a Latin-1 string: each character is a byte. */
  readonly bytes: string;
}

export interface WebSocketCase {
  readonly kind: 'web-socket';
  readonly caller: Caller;
  readonly messages: readonly string[];
}
