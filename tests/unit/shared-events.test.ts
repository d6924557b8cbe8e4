import { expect, test } from '@jest/globals';
import { parse, type ExecutionResult } from 'graphql';
import { createSchema, createYoga, isAsyncIterable } from 'graphql-yoga';
import { GraphQLContext } from '../../src/http/graphql/context.js';
import { createErrorPresenter } from '../../src/http/graphql/present-error.js';
import { textOf } from '../../src/http/graphql/result-text.js';
import { useSharedEvents } from '../../src/http/graphql/shared-events.js';
import type { Services } from '../../src/http/services.js';
import type { Requester } from '../../src/reports/requester.js';
import { SILENT } from '../support/silent-logger.js';

/** The tests read nothing from the store. */
const SERVICES = { reads: { of: () => ({}) } } as unknown as Services;
const ANN: Requester = { name: 'ann', role: 'operator' };
const DOCUMENT = parse(
  'subscription S($id: ID = "x", $more: String) { changed(id: $id) { name(more: $more) } }',
);

test('observers with the same document, variables and requester share an execution and its text', async () => {
  const stage = createStage();
  const all = await Promise.all([stage.subscribe(), stage.subscribe(), stage.subscribe()]);
  const results = await stage.happen(all, { name: 'a' });
  expect(results.map(textOf)).toEqual(Array(3).fill('{"data":{"changed":{"name":"a"}}}'));
  expect(stage.executions()).toBe(1);
  expect(new Set(results).size).toBe(1);
});

test.each<[what: string, other: Parameters<ReturnType<typeof createStage>['subscribe']>[0]]>([
  ['another requester', { requester: { name: 'ben', role: 'operator' } }],
  ['another role', { requester: { name: 'ann', role: 'viewer' } }],
  ['other variables', { variableValues: { more: 'b' } }],
  ['null instead of a default', { variableValues: { id: null } }],
  ['another document', { document: parse('subscription { changed { name } }') }],
])('%s has an execution of its own', async (_what, other) => {
  const stage = createStage();
  const all = await Promise.all([stage.subscribe(), stage.subscribe(other)]);
  await stage.happen(all, { name: 'a' });
  expect(stage.executions()).toBe(2);
});

test('an event of its own is executed again', async () => {
  const stage = createStage();
  const all = await Promise.all([stage.subscribe(), stage.subscribe()]);
  for (const name of ['a', 'b']) {
    const results = await stage.happen(all, { name });
    expect(results.map(textOf)).toEqual(Array(2).fill(`{"data":{"changed":{"name":"${name}"}}}`));
  }
  expect(stage.executions()).toBe(2);
});

/** Creates a subscription whose observers all get the same object for an event. */
function createStage() {
  let executions = 0;
  const waiting: ((event: object) => void)[] = [];
  const events = (): AsyncIterableIterator<object> => ({
    next: () => new Promise((resolve) => waiting.push((value) => resolve({ done: false, value }))),
    return: async () => ({ done: true, value: undefined }),
    [Symbol.asyncIterator]() {
      return this;
    },
  });
  const presenter = createErrorPresenter(SILENT);
  const yoga = createYoga({
    schema: createSchema<GraphQLContext>({
      typeDefs: `type Query { a: Int } type Thing { name(more: String): String } type Subscription { changed(id: ID): Thing }`,
      resolvers: { Subscription: { changed: { subscribe: events, resolve: (event: unknown) => event } } },
    }),
    plugins: [
      useSharedEvents({
        ...presenter,
        result: (...args) => {
          executions += 1;
          return presenter.result(...args);
        },
      }),
    ],
    maskedErrors: false,
    logging: false,
  });
  return {
    executions: () => executions,
    async happen(observers: readonly AsyncIterator<ExecutionResult>[], event: object) {
      const results = observers.map(async (observer) => (await observer.next()).value as ExecutionResult);
      for (const give of waiting.splice(0)) give(event);
      return await Promise.all(results);
    },
    async subscribe({ requester = ANN, document = DOCUMENT, variableValues = {} } = {}) {
      const { signal } = new AbortController();
      const operation = { requester, requestId: 'r', isAbandoned: false, signal, cut: () => {} };
      const contextValue = new GraphQLContext(operation, SERVICES);
      const { schema, subscribe } = yoga.getEnveloped();
      const results: unknown = await subscribe({ schema, document, variableValues, contextValue });
      if (!isAsyncIterable(results)) throw new Error(`not subscribed: ${JSON.stringify(results)}`);
      return results[Symbol.asyncIterator]() as AsyncIterator<ExecutionResult>;
    },
  };
}
