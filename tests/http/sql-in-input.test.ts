import { expect, test } from '@jest/globals';
import { createTestService } from './support/service.js';

const TEXTS = [
  "' OR 1=1 -- ",
  "1'; DROP TABLE report_jobs; -- ",
  "\\' OR 1=1 #",
  '1) OR SLEEP(1) -- ',
  '`; SELECT 1 --',
  '%',
];
const LISTS = {
  jobs: ['kind: $text', 'after: $text'],
  failedJobs: ['kind: $text', 'after: $text', 'errorCode: $text', 'fingerprint: $text'],
};

test.each(TEXTS)('an argument with the text %j is a value, never SQL', async (text) => {
  const service = createTestService();
  await service.fail(await service.request());
  await service.request({ filter: { userIds: [1] } });

  for (const [list, args] of Object.entries(LISTS))
    for (const arg of args) {
      const type = arg.startsWith('fingerprint') ? 'ID' : 'String';
      const { data, errors } = await service.ask(
        `query ($text: ${type}) { ${list}(${arg}) { totalCount nodes { id } } }`,
        { text },
      );
      if (errors === undefined) expect(data[list]).toEqual({ totalCount: 0, nodes: [] });
      else expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
    }
  for (const field of [`job(id: $text) { id }`, `cancelJob(id: $text) { job { id } userErrors { code } }`]) {
    const operation = field.startsWith('job') ? 'query' : 'mutation';
    const { data } = await service.ask(`${operation} ($text: ID!) { ${field} }`, { text });
    expect(JSON.stringify(data)).not.toContain('"id"');
  }
  const key = { 'idempotency-key': JSON.stringify(text) };
  const posted = await service.post('/api/2.0/report/posts', { filter: { user_ids: [2] } }, key);
  expect([202, 400]).toContain(posted.status);
  for (const name of ['status', 'kind', 'cursor', 'limit']) {
    const path = `/api/2.0/report/jobs?${new URLSearchParams({ [name]: text })}`;
    expect((await service.fetch(path)).status).toBeLessThan(500);
  }
  expect(await service.countJobs()).toBe(2 + (posted.status === 202 ? 1 : 0));
  expect(service.logged('error')).toEqual([]);
});
