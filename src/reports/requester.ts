/** The client of a request, by its token. With authentication off it is `anonymous` and an operator. */
export interface Requester {
  readonly name: string;
  readonly role: 'viewer' | 'operator';
}

export const ANONYMOUS: Requester = { name: 'anonymous', role: 'operator' };
