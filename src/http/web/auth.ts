import { createHash, timingSafeEqual } from 'node:crypto';
import { ReportsError } from '../../reports/errors.js';
import { ANONYMOUS, type Requester } from '../../reports/requester.js';

/** One entry of AUTH_TOKENS. */
export interface AuthToken extends Requester {
  readonly token: string;
}

/**
 * Who stands behind an `Authorization` header (or `connectionParams.authorization` of a WebSocket).
 *
 * @throws ReportsError UNAUTHENTICATED when a token is asked for and this is none of them
 */
export type Authenticate = (authorization: string | null | undefined) => Requester;

/** With an empty list authentication is off: every caller is `anonymous` and an operator, whatever it sends. */
export function createAuthenticator(tokens: readonly AuthToken[]): Authenticate {
  if (tokens.length === 0) return () => ANONYMOUS;
  const known = tokens.map(({ name, role, token }) => ({
    requester: { name, role },
    digest: digestOf(token),
  }));
  return (authorization) => {
    const given = digestOf(bearerToken(authorization));
    // Every token is compared, in a time that depends on none of them.
    const [match] = known.filter(({ digest }) => timingSafeEqual(digest, given));
    if (match === undefined)
      throw new ReportsError('UNAUTHENTICATED', 'The bearer token is not a known one.');
    return match.requester;
  };
}

/** The value of `WWW-Authenticate` for a refused caller. */
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
