import { expect, test } from '@jest/globals';
import { serverAudits } from 'graphql-http';
import { createTestService } from './support/service.js';

const service = createTestService();

test.each(
  serverAudits({
    url: 'http://localhost/graphql',
    fetchFn: (url: string, init: RequestInit) => service.send(new Request(url, init)),
  }).map((audit) => [audit.name, audit] as const),
)('GraphQL over HTTP: %s', async (_name, audit) => {
  expect(await audit.fn()).toMatchObject({ status: 'ok' });
});
