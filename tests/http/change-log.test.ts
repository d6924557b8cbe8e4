import { describe, expect, test } from '@jest/globals';
import { createTestService, type TestService } from './support/service.js';

const JOBS = '/api/2.0/report/jobs';
const HEADERS = { 'x-request-id': 'the-request' };

describe('a change of a job is one line with request, job and requester', () => {
  test.each<[what: string, message: string, change: (service: TestService) => Promise<string>]>([
    [
      'requested by REST',
      'request accepted',
      async (service) => {
        const response = await service.post('/api/2.0/report/posts', undefined, HEADERS);
        return ((await response.json()) as { data: { job_id: string } }).data.job_id;
      },
    ],
    ['requested by GraphQL', 'request accepted', async (service) => await service.request({}, HEADERS)],
    [
      'canceled by REST',
      'job canceled',
      async (service) => {
        const id = await service.request();
        await service.post(`${JOBS}/${id}/cancel`, undefined, HEADERS);
        return id;
      },
    ],
    [
      'canceled by GraphQL',
      'job canceled',
      async (service) => {
        const id = await service.request();
        await service.ask(`mutation { cancelJob(id: "${id}") { job { id } } }`, {}, HEADERS);
        return id;
      },
    ],
    [
      'retried by REST',
      'job retried',
      async (service) => {
        const id = await failedJob(service);
        await service.post(`${JOBS}/${id}/retry`, undefined, HEADERS);
        return id;
      },
    ],
    [
      'retried by GraphQL',
      'job retried',
      async (service) => {
        const id = await failedJob(service);
        await service.ask(`mutation { retryJob(id: "${id}") { job { id } } }`, {}, HEADERS);
        return id;
      },
    ],
    [
      'retried with others',
      'job retried',
      async (service) => {
        const id = await failedJob(service);
        await service.ask('mutation { retryFailedJobs { affectedCount } }', {}, HEADERS);
        return id;
      },
    ],
    [
      'deleted',
      'job deleted',
      async (service) => {
        const id = await failedJob(service);
        await service.ask('mutation { deleteFailedJobs { affectedCount } }', {}, HEADERS);
        return id;
      },
    ],
  ])('%s', async (_what, message, change) => {
    const service = createTestService();
    const jobId = await change(service);
    const lines = service.log.filter(
      ({ fields }) => fields['requestId'] === 'the-request' && 'jobId' in fields,
    );
    expect(lines).toEqual([
      {
        level: 'info',
        message,
        fields: expect.objectContaining({ requestId: 'the-request', jobId, requester: 'anonymous' }),
      },
    ]);
  });

  test.each([
    ['a dry run', 'mutation { deleteFailedJobs(dryRun: true) { matchedCount } }'],
    ['a dry run', 'mutation { retryFailedJobs(dryRun: true) { matchedCount } }'],
  ])('%s has none', async (_what, query) => {
    const service = createTestService();
    await failedJob(service);
    await service.ask(query, {}, HEADERS);
    expect(service.log.filter(({ message }) => message.startsWith('job '))).toEqual([]);
  });
});

async function failedJob(service: TestService): Promise<string> {
  const id = await service.request();
  await service.fail(id);
  return id;
}
