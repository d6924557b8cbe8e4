import { describe, expect, test } from '@jest/globals';
import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { createTestService } from './support/service.js';

const ANN = { authorization: 'Bearer ann-token' };
const OLE = { authorization: 'Bearer ole-token' };
const service = () =>
  createTestService({
    graphiql: false,
    introspection: 'operators',
    authTokens: [
      { name: 'ann', role: 'viewer', token: 'ann-token' },
      { name: 'ole', role: 'operator', token: 'ole-token' },
    ],
  });

const INTROSPECTIONS = [
  ['__schema', '{ __schema { queryType { name } } }'],
  ['__type', '{ t: __type(name: "ReportJob") { name } }'],
  ['a fragment', '{ ...f } fragment f on Query { ... on Query { __schema { types { name } } } }'],
] as const;
const SUGGESTING = [
  ['a field', '{ jobz { totalCount } }', {}],
  ['an argument', '{ jobs(frist: 1) { totalCount } }', {}],
  ['a type', 'query($id: IDD) { jobs { totalCount } }', {}],
  ['selected fields', '{ jobs }', {}],
  ['a literal', '{ jobs(status: [QUEUE]) { totalCount } }', {}],
  ['a variable', 'query($s: [ReportJobStatus!]) { jobs(status: $s) { totalCount } }', { s: ['QUEUE'] }],
] as const;

describe('in production', () => {
  test.each(INTROSPECTIONS)('introspection by %s is for operators', async (_by, query) => {
    const { ask } = service();
    const refused = await ask(query, {}, { ...ANN, accept: 'application/graphql-response+json' });
    expect(refused.status).toBe(400);
    expect(refused.data).toBeUndefined();
    expect(refused.errors).toEqual([
      {
        message: 'Introspection is for operators.',
        extensions: { code: 'GRAPHQL_VALIDATION_FAILED' },
      },
    ]);
    expect((await ask(query, {}, OLE)).errors).toBeUndefined();
    expect((await ask(query, {}, ANN)).errors).toHaveLength(1);
  });

  test('a viewer still gets the names of types that they asked for', async () => {
    const { data } = await service().ask('{ __typename jobs { __typename } }', {}, ANN);
    expect(data).toEqual({ __typename: 'Query', jobs: { __typename: 'ReportJobConnection' } });
  });

  test.each(SUGGESTING)(
    'a mistake in %s is answered with suggestions to operators only',
    async (...given) => {
      const [, query, variables] = given;
      const asked = await Promise.all([ANN, OLE].map((who) => service().ask(query, variables, who)));
      const [viewers, operators] = asked.map(({ errors }) => errors?.[0]?.message);
      expect(operators).toMatch(/ Did you mean .*\?$/);
      expect(viewers).toBe(operators?.replace(/ Did you mean .*\?$/, ''));
      expect(asked[0]?.errors?.[0]?.extensions).toEqual(asked[1]?.errors?.[0]?.extensions);
    },
  );

  test.each([
    [
      '101 aliases',
      `{ ${times(101, (n) => `a${n}: __typename`)} }`,
      /may have 100 aliases; this one has 101/,
    ],
    ['101 times the same field', `{ ${times(101, () => '__typename')} }`, /may name a field 100 times/],
    ['a directive 11 times', `{ __typename ${times(11, () => '@aa')} }`, /^Unknown directive "@aa"\.$/],
  ])('a viewer’s document with %s is refused with one error', async (_what, query, message) => {
    const { status, data, errors } = await service().ask(
      query,
      {},
      {
        ...ANN,
        accept: 'application/graphql-response+json',
      },
    );
    expect([status, data]).toEqual([400, undefined]);
    expect(errors).toEqual([expect.objectContaining({ message: expect.stringMatching(message) })]);
  });

  test('a viewer’s document may have 100 aliases of as many fields', async () => {
    const { errors } = await service().ask(`{ ${times(100, (n) => `a${n}: __typename`)} }`, {}, ANN);
    expect(errors).toBeUndefined();
  });

  test.each(['ann-token', 'ole-token'])('the same holds over WebSocket, for %s', async (token) => {
    const { webSocketUrl } = await service().listen();
    const client = createClient({
      url: webSocketUrl,
      webSocketImpl: WebSocket,
      connectionParams: { authorization: `Bearer ${token}` },
    });
    const asked = [...INTROSPECTIONS.map(([, query]) => ({ query })), ...SUGGESTING.map(toPayload)];
    const answers = await Promise.all(
      asked.map(async (payload) => {
        try {
          return (await client.iterate(payload).next()).value;
        } catch (errors) {
          return { errors };
        }
      }),
    );
    await client.dispose();
    const text = JSON.stringify(answers);
    const count = (pattern: RegExp) => text.match(pattern)?.length ?? 0;
    const isOperator = token === 'ole-token';
    expect(count(/Introspection is for operators/g)).toBe(isOperator ? 0 : INTROSPECTIONS.length);
    expect(count(/Did you mean/g)).toBe(isOperator ? SUGGESTING.length : 0);
  });

  test('there is no GraphiQL page, with or without a token', async () => {
    for (const headers of [{}, ANN, OLE]) {
      const response = await service().fetch('/graphql', { headers: { ...headers, accept: 'text/html' } });
      expect(response.status).toBe(404);
      expect(await response.text()).not.toMatch(/YogaGraphiQL/);
    }
  });
});

function toPayload([, query, variables]: (typeof SUGGESTING)[number]) {
  return { query, variables };
}

function times(count: number, textOf: (n: number) => string): string {
  return Array.from({ length: count }, (_, n) => textOf(n)).join(' ');
}
