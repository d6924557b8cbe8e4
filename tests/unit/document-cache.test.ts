import { describe, expect, test } from '@jest/globals';
import { parse } from 'graphql';
import { DocumentCache } from '../../src/http/graphql/document-cache.js';

const DOCUMENT = parse('{ __typename }');

describe('the cache of documents', () => {
  test('finds a document by its text', () => {
    const cache = new DocumentCache();
    cache.add('a', DOCUMENT, 1);
    expect(cache.find('a')).toBe(DOCUMENT);
    expect(cache.find('b')).toBeUndefined();
  });

  test('is bounded in bytes, with any number of documents', () => {
    const cache = new DocumentCache(100_000);
    for (let index = 0; index < 1000; index += 1) cache.add(`${index}`.padEnd(6000), DOCUMENT, 10);
    expect(cache.bytes).toBeLessThanOrEqual(100_000);
    expect(cache.find('999'.padEnd(6000))).toBe(DOCUMENT);
    expect(cache.find('0'.padEnd(6000))).toBeUndefined();
  });

  test('evicts the document that was used longest ago', () => {
    const cache = new DocumentCache(1100);
    cache.add('a', DOCUMENT, 1);
    cache.add('b', DOCUMENT, 1);
    cache.find('a');
    cache.add('c', DOCUMENT, 1);
    expect(['a', 'b', 'c'].map((text) => cache.find(text) !== undefined)).toEqual([true, false, true]);
  });

  test('keeps nothing that is larger than itself', () => {
    const cache = new DocumentCache(1000);
    cache.add('a', DOCUMENT, 1);
    cache.add('b', DOCUMENT, 1000);
    expect(cache.bytes).toBe(0);
  });
});
