/** Who asks. With authentication off everybody is `anonymous` and an operator. */
export interface Requester {
  readonly name: string;
  readonly role: 'viewer' | 'operator';
}

export const ANONYMOUS: Requester = { name: 'anonymous', role: 'operator' };
