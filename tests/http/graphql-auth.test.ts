import { describe, expect, test } from '@jest/globals';
import { createTestService } from './support/service.js';

const ANN = { authorization: 'Bearer ann-token' };
const BEN = { authorization: 'Bearer ben-token' };
const OLE = { authorization: 'Bearer ole-token' };
const TOKENS = [
  { name: 'ann', role: 'viewer', token: 'ann-token' },
  { name: 'ben', role: 'viewer', token: 'ben-token' },
  { name: 'ole', role: 'operator', token: 'ole-token' },
] as const;
const UNKNOWN_ID = '01ARZ3NDEKTSV4RRFFQ69G5FAV';

describe('with tokens set', () => {
  test.each([
    ['no token', {}],
    ['a wrong token', { authorization: 'Bearer wrong' }],
    ['another scheme', { authorization: 'Basic ann-token' }],
  ])('%s is 401 with a challenge, and nothing is run', async (_what, headers: Record<string, string>) => {
    const service = createTestService({ authTokens: TOKENS });
    for (const accept of ['application/json', 'text/event-stream']) {
      const response = await service.fetch('/graphql', {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', Accept: accept, ...headers },
        body: JSON.stringify({ query: 'mutation { requestPostsReport { coalesced } }' }),
      });
      expect(response.status).toBe(401);
      expect(response.headers.get('www-authenticate')).toMatch(/^Bearer/);
      expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] });
    }
    expect((await service.ask('{ jobs { totalCount } }', {}, OLE)).data.jobs.totalCount).toBe(0);
  });

  test.each([
    ['ann', 'VIEWER', ANN],
    ['ole', 'OPERATOR', OLE],
  ] as const)('%s is %s to the service, and can ask so', async (name, role, headers) => {
    const service = createTestService({ authTokens: TOKENS });
    const { data } = await service.ask('{ requester { name role } }', {}, headers);
    expect(data.requester).toEqual({ name, role });
  });

  test('a query by GET needs one too', async () => {
    const service = createTestService({ authTokens: TOKENS });
    expect((await service.fetch('/graphql?query={__typename}')).status).toBe(401);
  });

  test('a viewer sees their own jobs, an operator all jobs', async () => {
    const service = createTestService({ authTokens: TOKENS });
    const [anns, bens] = [await service.request({}, ANN), await service.request({}, BEN)];
    expect(anns).not.toBe(bens);
    const list = '{ jobs { totalCount nodes { id requestedBy } } }';
    expect((await service.ask(list, {}, ANN)).data.jobs.nodes).toEqual([{ id: anns, requestedBy: 'ann' }]);
    expect((await service.ask(list, {}, OLE)).data.jobs.totalCount).toBe(2);
  });

  test.each([
    '{ job(id: "ID") { id } }',
    'mutation { cancelJob(id: "ID") { job { id } userErrors { code message field } } }',
    'mutation { retryJob(id: "ID") { job { id } userErrors { code message field } } }',
  ])('a foreign job answers byte for byte like an unknown one: %s', async (operation) => {
    const service = createTestService({ authTokens: TOKENS });
    const id = await service.request({}, BEN);
    const text = async (some: string) => {
      const { status, data, errors } = await service.ask(operation.replace('ID', some), {}, ANN);
      return JSON.stringify({ status, data, errors }).replaceAll(some, 'ID');
    };
    expect(await text(id)).toBe(await text(UNKNOWN_ID));
  });
});

test('without tokens every caller is anonymous and an operator', async () => {
  const service = createTestService();
  await service.request();
  const { data } = await service.ask('{ jobs { nodes { requestedBy } } failedJobGroups { count } }');
  expect(data).toEqual({ jobs: { nodes: [{ requestedBy: 'anonymous' }] }, failedJobGroups: [] });
});
