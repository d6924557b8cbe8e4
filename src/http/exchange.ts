import { randomUUID } from 'node:crypto';

/** One request on its way through the server: what its log line and its figures will say. */
export interface Exchange {
  readonly requestId: string;
  readonly method: string;
  readonly path: string;
  readonly startedAt: number;
  /** The template of the route, once it is known: figures are kept by it, not by the path. */
  route: string;
  /** What the answer is written to, when there is a connection. */
  readonly outgoing?: { destroy(): unknown } | undefined;
}

export const REQUEST_ID_HEADER = 'x-request-id';

/** @param givenId `X-Request-Id` of the caller: kept when it is short and plain, else another takes its place */
export function beginExchange(
  method: string,
  path: string,
  givenId: string | null | undefined,
  outgoing?: Exchange['outgoing'],
): Exchange {
  const requestId = givenId && /^[\w.:-]{1,128}$/.test(givenId) ? givenId : randomUUID();
  return { requestId, method, path, startedAt: performance.now(), route: 'unknown', outgoing };
}
