import { describe, expect, test } from '@jest/globals';
import { execute, GraphQLError, parse, validate, type DocumentNode } from 'graphql';
import { copyError } from '../../src/http/graphql/copy-error.js';
import { DocumentReader, type DocumentErrors } from '../../src/http/graphql/document-reader.js';
import { loadSchema } from '../../src/http/graphql/schema.js';
import { CATALOG } from '../support/reports.js';

const schema = loadSchema(CATALOG);
const CALLER = {
  requester: { name: 'ann', role: 'viewer' },
  isAbandoned: false,
  signal: new AbortController().signal,
} as const;
const LINES = '\n'.repeat(90_000);

describe('a document of many lines', () => {
  test('is refused at once, and its errors say where they are', async () => {
    const reader = new DocumentReader({ schema, parse, validate });
    const fields = Array.from({ length: 1000 }, (_, n) => `x${n}`).join('\n  ');
    const before = process.cpuUsage();
    const { errors } = (await reader.read(`{${LINES}  ${fields} }`, CALLER)) as DocumentErrors;
    const copies = errors.map((error) => copyError(error, error.message, {}));
    const { user, system } = process.cpuUsage(before);
    expect(copies[0]?.toJSON().locations).toEqual([{ line: 90_001, column: 3 }]);
    expect(copies[1]?.toJSON().locations).toEqual([{ line: 90_002, column: 3 }]);
    expect(user + system).toBeLessThan(200_000);
  });

  test('says where a field failed', async () => {
    const reader = new DocumentReader({ schema, parse, validate });
    const document = (await reader.read(`{${LINES} requester { name } }`, CALLER)) as DocumentNode;
    const { errors = [] } = await execute({ schema, document, contextValue: {} });
    const copies = errors.map((error) => copyError(error, 'failed', {}));
    expect(copies.map((error) => error.toJSON())).toEqual([
      { message: 'failed', locations: [{ line: 90_001, column: 2 }], path: ['requester'] },
    ]);
  });

  test('says where it cannot be parsed', async () => {
    const reader = new DocumentReader({ schema, parse, validate });
    const { errors, code } = (await reader.read(`{${LINES} ]`, CALLER)) as DocumentErrors;
    expect(code).toBe('GRAPHQL_PARSE_FAILED');
    expect(copyError(errors[0], 'no', {}).toJSON().locations).toEqual([{ line: 90_001, column: 2 }]);
  });
});

test('a copied error has at most ten locations', () => {
  const nodes = Array.from({ length: 20 }, () => parse('{ a }').definitions).flat();
  expect(copyError(new GraphQLError('x', { nodes }), 'x', {}).locations).toHaveLength(10);
});
