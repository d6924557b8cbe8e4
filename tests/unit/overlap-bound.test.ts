import { describe, expect, test } from '@jest/globals';
import { getIntrospectionQuery, parse } from 'graphql';
import { overlapRefusal } from '../../src/http/graphql/overlap-bound.js';

const JOBS = 'jobs { nodes { id } }';

describe('what is compared before a document is valid', () => {
  test.each([
    ['introspection', getIntrospectionQuery()],
    ['200 times the same field', `{ ${'__typename '.repeat(200)} }`],
    ['900 aliases', `{ ${times(900, (n) => `a${n}: __typename`)} }`],
    [
      '100 fragments on one type',
      `{ ${times(100, spread)} } ${times(100, (n) => fragment(n, 'me { name }'))}`,
    ],
    ['a fragment that spreads itself', '{ ...F0 } fragment F0 on Query { jobs { ...F0 } }'],
  ])('is little for %s', (_what, text) => {
    expect(overlapRefusal(parse(text))).toBeUndefined();
  });

  test.each([
    ['300 times the same field', `{ ${'__typename '.repeat(300)} }`],
    ['300 times the same list', `{ ${`${JOBS} `.repeat(300)} }`],
    ['lists in lists', `{ ${'jobs { nodes { id id id } } '.repeat(90)} }`],
    ['inline fragments', `{ ${'... { jobs { nodes { id } } } '.repeat(220)} }`],
    ['180 fragments with the same list', `{ ${times(180, spread)} } ${times(180, (n) => fragment(n, JOBS))}`],
    ['250 fragments that have nothing in common', times(250, (n) => fragment(n, `a${n}: __typename`))],
    [
      '300 fragments in a chain',
      `{ ...F0 } ${times(300, (n) => fragment(n, `a${n}: __typename ...F${n + 1}`))}`,
    ],
    [
      'fragments within fragments',
      `{ ...F0 } ${times(30, (n) => fragment(n, `a: jobs { ...F${n + 1} } b: jobs { ...F${n + 1} }`))}
       ${fragment(30, 'id '.repeat(300))}`,
    ],
  ])('is bounded for %s, at once', (_what, text) => {
    const document = parse(text);
    const before = process.cpuUsage();
    expect(overlapRefusal(document)?.message).toMatch(/names the same fields too often/);
    const { user, system } = process.cpuUsage(before);
    expect(user + system).toBeLessThan(100_000);
  });
});

function times(count: number, textOf: (n: number) => string): string {
  return Array.from({ length: count }, (_, n) => textOf(n)).join(' ');
}

function spread(n: number): string {
  return `...F${n}`;
}

function fragment(n: number, fields: string): string {
  return `fragment F${n} on Query { ${fields} }`;
}
