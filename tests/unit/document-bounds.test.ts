import { describe, expect, test } from '@jest/globals';
import { getIntrospectionQuery } from 'graphql';
import { countTokens } from '../../src/http/graphql/document-bounds.js';

describe('the bounds of a document', () => {
  test.each([
    ['{ a }', 3],
    ['# only a comment {{{{', 0],
    ['{ a(b: "[[[[ {") }', 8],
  ])('%j has %d tokens', (text, count) => {
    expect(countTokens(text)).toBe(count);
  });

  test.each([
    ['too many tokens', `{ ${'a '.repeat(3000)} }`, /more than 3000 tokens/],
    ['lists that are nested too deeply', `{ jobs(after: ${'['.repeat(2000)}`, /nested more than 100/],
    ['objects that are nested too deeply', `{ a(b: ${'{c:'.repeat(200)}`, /nested more than 100/],
    ['fields that are nested too deeply', '{a'.repeat(101), /nested more than 100/],
    ['a name that is too long', `{ ${'a'.repeat(257)} }`, /more than 256 characters/],
    ['a text without an end', '{ a(b: "', /Unterminated string/],
  ])('refuse %s', (_what, text, message) => {
    expect(() => countTokens(text)).toThrow(message);
  });

  test('allow what every tool asks for', () => {
    expect(countTokens(getIntrospectionQuery({ schemaDescription: true, oneOf: true }))).toBeLessThan(1000);
  });
});
