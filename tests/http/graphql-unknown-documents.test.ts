import { describe, expect, test } from '@jest/globals';
import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { onTestEnd } from '../support/on-test-end.js';
import { until } from '../support/waiting.js';
import { createTestService, type TestService } from './support/service.js';

const TOKENS = [
  { name: 'mallory', role: 'viewer', token: 'token-of-mallory' },
  { name: 'hanna', role: 'viewer', token: 'token-of-hanna' },
] as const;
const MALLORY = { authorization: 'Bearer token-of-mallory' };
const HANNA = { authorization: 'Bearer token-of-hanna' };
const COUNT = 30;

/** A valid document that takes about 3 ms to validate. Its last comment makes the text different for each number. */
const valid = (number: number): string => `{ ${'jobs { nodes { id } } '.repeat(40)}} #${number}`;
const invalid = (number: number): string => `{ ${'jobs { nodes { id } } '.repeat(40)} x } #${number}`;

/** Sends many documents. `answered` returns how many of them have been answered or refused so far. */
type Flood = (textOf: (number: number) => string) => { readonly answered: () => number };

const TRANSPORTS: readonly [name: string, connect: (service: TestService) => Promise<Flood>][] = [
  ['HTTP', async (service) => overHttp(service)],
  ['WebSocket', overWebSocket],
];

describe.each(TRANSPORTS)('documents that are sent for the first time over %s', (_name, connect) => {
  test.each([
    ['valid', valid],
    ['refused', invalid],
  ])('are validated between the requests of other callers when they are %s', async (_what, textOf) => {
    const service = createTestService({ authTokens: TOKENS });
    const flood = await connect(service);
    await service.ask('{ jobs { totalCount } }', undefined, HANNA);
    const { answered } = flood(textOf);
    for (let count = 0; count < 5; count += 1)
      expect((await service.ask('{ jobs { totalCount } }', undefined, HANNA)).errors).toBeUndefined();
    expect(answered()).toBeLessThan(COUNT / 2);
    await until(() => answered() === COUNT);
  });
});

test('a document of another caller is validated next, however many of one caller wait', async () => {
  const service = createTestService({ authTokens: TOKENS });
  const { answered } = overHttp(service)(valid);
  expect((await service.ask(valid(COUNT), undefined, HANNA)).errors).toBeUndefined();
  expect(answered()).toBeLessThan(COUNT / 2);
  await until(() => answered() === COUNT);
});

function overHttp(service: TestService): Flood {
  return (textOf) => {
    let answered = 0;
    for (let number = 0; number < COUNT; number += 1)
      void service.ask(textOf(number), undefined, MALLORY).then(() => (answered += 1));
    return { answered: () => answered };
  };
}

async function overWebSocket(service: TestService): Promise<Flood> {
  const { webSocketUrl } = await service.listen();
  const client = createClient({
    url: webSocketUrl,
    webSocketImpl: WebSocket,
    lazy: false,
    retryAttempts: 0,
    onNonLazyError: () => {},
    connectionParams: MALLORY,
  });
  onTestEnd(() => client.dispose());
  await new Promise<void>((resolve) => client.on('connected', () => resolve()));
  return (textOf) => {
    let answered = 0;
    const count = (): void => void (answered += 1);
    for (let number = 0; number < COUNT; number += 1)
      client.subscribe({ query: textOf(number) }, { next: () => {}, error: count, complete: count });
    return { answered: () => answered };
  };
}
