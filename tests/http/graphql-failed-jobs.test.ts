import { describe, expect, test } from '@jest/globals';
import { createTestService } from './support/service.js';

const ANN = { authorization: 'Bearer ann-token' };
const OLE = { authorization: 'Bearer ole-token' };
const TOKENS = [
  { name: 'ann', role: 'viewer', token: 'ann-token' },
  { name: 'ole', role: 'operator', token: 'ole-token' },
] as const;

async function withFailures(...messages: readonly string[]) {
  const service = createTestService({ authTokens: TOKENS });
  const ids: string[] = [];
  for (const [index, message] of messages.entries()) {
    const headers = index % 2 === 0 ? ANN : OLE;
    const id = await service.request({ filter: { userIds: [index] } }, headers);
    await service.fail(id, message);
    ids.push(id);
    await new Promise((resolve) => setTimeout(resolve, 2)); // another completedAt
  }
  return { service, ids };
}

describe('failedJobs', () => {
  test('lists failures latest first, filtered by cause', async () => {
    const { service, ids } = await withFailures('disk 1 full', 'other', 'disk 2 full');
    const all = await service.ask('{ failedJobs { nodes { id fingerprint } totalCount } }', {}, OLE);
    expect(all.data.failedJobs.nodes.map(({ id }: { id: string }) => id)).toEqual(ids.toReversed());
    const { fingerprint } = all.data.failedJobs.nodes[0];
    const some = await service.ask(
      'query Some($fingerprint: ID) { failedJobs(fingerprint: $fingerprint, errorCode: "INTERNAL") { nodes { id } } }',
      { fingerprint },
      OLE,
    );
    expect(some.data.failedJobs.nodes).toEqual([{ id: ids[2] }, { id: ids[0] }]);
  });

  test('pages', async () => {
    const { service, ids } = await withFailures('a', 'b', 'c');
    const LIST = `query List($after: String) {
      failedJobs(first: 2, after: $after) { nodes { id } pageInfo { hasNextPage endCursor } }
    }`;
    const first = (await service.ask(LIST, {}, OLE)).data.failedJobs;
    expect(first.pageInfo.hasNextPage).toBe(true);
    const second = (await service.ask(LIST, { after: first.pageInfo.endCursor }, OLE)).data.failedJobs;
    expect(second).toMatchObject({ nodes: [{ id: ids[0] }], pageInfo: { hasNextPage: false } });
  });

  test('leaves out what failed before a moment', async () => {
    const { service } = await withFailures('a');
    const { data } = await service.ask(
      '{ failedJobs(since: "2999-01-01T00:00:00Z") { totalCount } }',
      {},
      OLE,
    );
    expect(data.failedJobs.totalCount).toBe(0);
  });

  test('shows a viewer their own, without stacks', async () => {
    const { service, ids } = await withFailures('a', 'b');
    const { data } = await service.ask(
      '{ failedJobs { nodes { id attempts { errorCode stack } } } }',
      {},
      ANN,
    );
    expect(data.failedJobs.nodes).toEqual([
      { id: ids[0], attempts: [{ errorCode: 'INTERNAL', stack: null }] },
    ]);
  });
});

describe('failedJobGroups', () => {
  test('groups failures by cause', async () => {
    const { service, ids } = await withFailures('disk 1 full', 'other', 'disk 2 full');
    const { data } = await service.ask(
      '{ failedJobGroups { fingerprint errorCode count firstSeenAt lastSeenAt sample { id } } }',
      {},
      OLE,
    );
    expect(data.failedJobGroups).toHaveLength(2);
    expect(data.failedJobGroups).toContainEqual(
      expect.objectContaining({ errorCode: 'INTERNAL', count: 2, sample: { id: ids[2] } }),
    );
  });
});

describe('changes of many failed jobs', () => {
  const BATCH = `matchedCount affectedCount jobs { id status } userErrors { field code }`;

  test('run the oldest again, up to the limit', async () => {
    const { service, ids } = await withFailures('a', 'b', 'c');
    const { data } = await service.ask(`mutation { retryFailedJobs(limit: 2) { ${BATCH} } }`, {}, OLE);
    expect(data.retryFailedJobs).toEqual({
      matchedCount: 3,
      affectedCount: 2,
      jobs: [
        { id: ids[0], status: 'QUEUED' },
        { id: ids[1], status: 'QUEUED' },
      ],
      userErrors: [],
    });
  });

  test('only say which jobs it would be, with dryRun', async () => {
    const { service } = await withFailures('a');
    const { data } = await service.ask(`mutation { deleteFailedJobs(dryRun: true) { ${BATCH} } }`, {}, OLE);
    expect(data.deleteFailedJobs).toMatchObject({
      matchedCount: 1,
      affectedCount: 0,
      jobs: [{ status: 'FAILED' }],
    });
    expect((await service.ask('{ failedJobs { totalCount } }', {}, OLE)).data.failedJobs.totalCount).toBe(1);
  });

  test('delete', async () => {
    const { service, ids } = await withFailures('a', 'b');
    const { data } = await service.ask(`mutation { deleteFailedJobs(limit: 1) { ${BATCH} } }`, {}, OLE);
    expect(data.deleteFailedJobs).toMatchObject({ affectedCount: 1, jobs: [{ id: ids[0] }] });
    expect((await service.ask('{ failedJobs { nodes { id } } }', {}, OLE)).data.failedJobs.nodes).toEqual([
      { id: ids[1] },
    ]);
  });

  test.each([0, 1001])('refuse the limit %d as a user error', async (limit) => {
    const { service } = await withFailures('a');
    const { data } = await service.ask(`mutation { retryFailedJobs(limit: ${limit}) { ${BATCH} } }`, {}, OLE);
    expect(data.retryFailedJobs).toMatchObject({
      affectedCount: 0,
      userErrors: [{ field: ['limit'], code: 'BAD_USER_INPUT' }],
    });
  });

  test.each([
    '{ failedJobGroups { count } }',
    'mutation { retryFailedJobs { affectedCount } }',
    'mutation { deleteFailedJobs { affectedCount } }',
  ])('are FORBIDDEN to viewers: %s', async (operation) => {
    const { service } = await withFailures('a');
    const { data, errors } = await service.ask(operation, {}, ANN);
    expect(data).toBeNull();
    expect(errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
  });
});
