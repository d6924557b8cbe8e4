import { expect, test } from '@jest/globals';
import { until } from '../support/waiting.js';
import { createTestService, dataOf, problemOf } from './support/service.js';

const POSTS = '/api/2.0/report/posts';
const REQUEST = `mutation ($input: RequestPostsReportInput) {
  requestPostsReport(input: $input) { job { id } coalesced userErrors { code message field } }
}`;
const ANN = { authorization: 'Bearer a' };
const BEN = { authorization: 'Bearer b' };

/** Creates a service that allows each requester one open job. Ann has one open job. */
async function openService() {
  const service = createTestService({
    maxOpenJobs: 1,
    authTokens: [
      { name: 'ann', role: 'viewer', token: 'a' },
      { name: 'ben', role: 'viewer', token: 'b' },
    ],
  });
  const { job_id: id } = await dataOf(await service.post(POSTS, { filter: { user_ids: [1] } }, ANN));
  return { service, id };
}

test('a request for a job beyond MAX_OPEN_JOBS is 429 with Retry-After, by POST and by GET', async () => {
  const { service } = await openService();
  for (const refused of [
    await service.post(POSTS, { filter: { user_ids: [2] } }, ANN),
    await service.fetch(`${POSTS}?user_id=2`, { headers: ANN }),
  ]) {
    expect(refused.status).toBe(429);
    expect(refused.headers.get('retry-after')).toBe('1');
    expect(await problemOf(refused)).toMatchObject({
      code: 'RATE_LIMITED',
      detail: expect.stringMatching(/^ann has 1 open jobs/),
    });
  }
  expect((await service.post(POSTS, { filter: { user_ids: [2] } }, BEN)).status).toBe(202);
});

test('by GraphQL it is RATE_LIMITED in userErrors', async () => {
  const { service } = await openService();
  const { data, errors } = await service.ask(REQUEST, { input: { filter: { userIds: [2] } } }, ANN);
  expect(errors).toBeUndefined();
  expect(data.requestPostsReport).toEqual({
    job: null,
    coalesced: false,
    userErrors: [
      { code: 'RATE_LIMITED', message: expect.stringMatching(/^ann has 1 open jobs/), field: null },
    ],
  });
});

test('the open job still answers requests for the same report, also those that wait', async () => {
  const { service, id } = await openService();
  const same = { filter: { user_ids: [1] } };
  expect(await dataOf(await service.post(POSTS, same, ANN))).toMatchObject({ job_id: id, coalesced: true });
  const waiting = service.post(POSTS, same, { ...ANN, prefer: 'wait=60' });
  await service.finish(id as string);
  expect((await waiting).status).toBe(200);
});

test('a viewer’s retry beyond MAX_OPEN_JOBS is refused as well, by REST and by GraphQL, and an operator’s is not', async () => {
  const service = createTestService({
    maxOpenJobs: 1,
    authTokens: [
      { name: 'ann', role: 'viewer', token: 'a' },
      { name: 'ole', role: 'operator', token: 'o' },
    ],
  });
  const failed = await service.request({ filter: { userIds: [1] } }, ANN);
  await service.fail(failed);
  const request = () => service.post(POSTS, { filter: { user_ids: [2] } }, ANN);
  await until(async () => (await request()).status === 202); // a cached count is at most a second old

  const refused = await service.post(`/api/2.0/report/jobs/${failed}/retry`, undefined, ANN);
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '1']);
  const { data } = await service.ask(RETRY, { id: failed }, ANN);
  expect(data.retryJob).toEqual({ job: null, userErrors: [{ code: 'RATE_LIMITED' }] });
  const retried = await service.ask(RETRY, { id: failed }, { authorization: 'Bearer o' });
  expect(retried.data.retryJob).toEqual({ job: { id: failed }, userErrors: [] });
});

const RETRY = 'mutation ($id: ID!) { retryJob(id: $id) { job { id } userErrors { code } } }';
