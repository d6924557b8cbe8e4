import { describe, expect, test } from '@jest/globals';
import { createTestService } from './support/service.js';

describe('what fails', () => {
  test('unexpectedly is masked, and logged once with its cause and the same request id', async () => {
    const secret = new Error('password=hunter2');
    const service = createTestService();
    service.store.health = () => Promise.reject(secret);
    const { data, errors } = await service.ask('{ queueHealth { queued } }');
    expect(data).toBeNull();
    expect(errors).toEqual([
      {
        message: 'Unexpected error.',
        locations: [{ line: 1, column: 3 }],
        path: ['queueHealth'],
        extensions: { code: 'INTERNAL', requestId: expect.any(String) },
      },
    ]);
    expect(service.logged('error').map(({ fields }) => fields)).toEqual([
      { requestId: errors?.[0]?.extensions['requestId'], err: secret },
    ]);
  });

  test('is known to the caller by the request id of the server', async () => {
    const service = createTestService();
    service.store.health = () => Promise.reject(new Error('x'));
    const headers = { 'x-request-id': 'r-1' };
    const response = await service.fetch('/graphql?query={queueHealth{queued}}', { headers });
    expect(await response.json()).toMatchObject({ errors: [{ extensions: { requestId: 'r-1' } }] });
  });

  test.each(['{ jobs { totalCount } }', '{ job(id: "01ARZ3NDEKTSV4RRFFQ69G5FAV") { id } }'])(
    'because the database is away is SERVICE_UNAVAILABLE: %s',
    async (query) => {
      const service = createTestService();
      service.loseDatabase();
      const { errors } = await service.ask(query);
      expect(errors).toMatchObject([{ extensions: { code: 'SERVICE_UNAVAILABLE' } }]);
      expect(service.logged('error')).toEqual([]);
    },
  );

  test('in a field of one job leaves the rest of the answer', async () => {
    const service = createTestService();
    service.store.findAttempts = () => Promise.reject(new Error('x'));
    const id = await service.request();
    const { data, errors } = await service.ask(
      `{ job(id: "${id}") { id attempts { number } } queueHealth { queued } }`,
    );
    expect(data).toEqual({ job: null, queueHealth: { queued: 1 } });
    expect(errors).toMatchObject([{ path: ['job', 'attempts'], extensions: { code: 'INTERNAL' } }]);
  });
});
