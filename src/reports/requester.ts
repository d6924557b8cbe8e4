/**
 * The client of a request, identified by its token. Without authentication, the requester is an operator named
 * `anonymous`.
 */
export interface Requester {
  readonly name: string;
  readonly role: 'viewer' | 'operator';
}

export const ANONYMOUS: Requester = { name: 'anonymous', role: 'operator' };
