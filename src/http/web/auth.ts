import { createHash, timingSafeEqual } from 'node:crypto';
import { ReportsError } from '../../reports/errors.js';
import { ANONYMOUS, type Requester } from '../../reports/requester.js';

/** One entry of AUTH_TOKENS. */
export interface AuthToken extends Requester {
  readonly token: string;
}

/**
 * Returns the requester of an `Authorization` header (or of a WebSocket's `connectionParams.authorization`).
 *
 * @throws ReportsError UNAUTHENTICATED when authentication is on and the token is missing or unknown
 */
export type Authenticate = (authorization: string | null | undefined) => Requester;

/**
 * When `tokens` is empty, authentication is off: every caller is `anonymous` and an operator, with or without a token.
 */
export function createAuthenticator(tokens: readonly AuthToken[]): Authenticate {
  if (tokens.length === 0) return () => ANONYMOUS;
  const known = tokens.map(({ name, role, token }) => ({
    requester: { name, role },
    digest: digestOf(token),
  }));
  return (authorization) => {
    const given = digestOf(bearerToken(authorization));
    // Compares the given token with all known tokens, so that the time does not show which token matches.
    const [match] = known.filter(({ digest }) => timingSafeEqual(digest, given));
    if (match === undefined)
      throw new ReportsError('UNAUTHENTICATED', 'The bearer token is not a known one.');
    return match.requester;
  };
}

/** The value of `WWW-Authenticate` in a 401. */
export const CHALLENGE = 'Bearer realm="posts-report"';

function bearerToken(authorization: string | null | undefined): string {
  const token = /^bearer +(\S+) *$/i.exec(authorization ?? '')?.[1];
  if (token === undefined) {
    throw new ReportsError('UNAUTHENTICATED', 'A token is needed: send "Authorization: Bearer <token>".');
  }
  return token;
}

function digestOf(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
