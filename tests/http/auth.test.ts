import { describe, expect, it } from '@jest/globals';
import { createAuthenticator } from '../../src/http/web/auth.js';

const authenticate = createAuthenticator([
  { name: 'ann', role: 'viewer', token: 'aaa' },
  { name: 'bob', role: 'operator', token: 'b.b-b' },
]);

describe('authentication by tokens', () => {
  it('makes every caller an anonymous operator when no token is set', () => {
    const off = createAuthenticator([]);
    expect(off(undefined)).toEqual({ name: 'anonymous', role: 'operator' });
    expect(off('Bearer unknown')).toEqual({ name: 'anonymous', role: 'operator' });
  });

  it('identifies a requester by the token, with the scheme in any case', () => {
    expect(authenticate('Bearer aaa')).toEqual({ name: 'ann', role: 'viewer' });
    expect(authenticate('bearer b.b-b')).toEqual({ name: 'bob', role: 'operator' });
  });

  it.each([
    undefined,
    null,
    '',
    'aaa',
    'Bearer',
    'Bearer ',
    'Basic aaa',
    'Bearer aaa bbb',
    'Bearer AAA',
    'Bearer aa',
  ])('refuses %j', (header) => {
    expect(() => authenticate(header)).toThrow(expect.objectContaining({ code: 'UNAUTHENTICATED' }));
  });
});
