import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { Session, type Statement } from '../../src/adapters/mysql/session.js';
import { request } from '../contract/job-store/material.js';
import { DEFINITIONS, reportOf } from '../support/reports.js';
import { until } from '../support/waiting.js';
import { createTestService, type TestService } from './support/service.js';

let sent: string[] = [];

beforeEach(() => {
  // eslint-disable-next-line typescript/unbound-method -- called with the session
  const { batch } = Session.prototype;
  jest.spyOn(Session.prototype, 'batch').mockImplementation(async function <
    Answers extends readonly unknown[],
  >(this: Session, statements: readonly Statement[]): Promise<Answers> {
    sent.push(...statements.map((statement) => statement.toSQL().toNative().sql));
    return (await batch.call(this, statements)) as Answers;
  });
});

afterEach(() => void jest.restoreAllMocks());

const JOBS = 300;
const PLAIN = 'id status version attemptCount errorCode createdAt filter { userIds } progress { percent }';
const READ = [
  'attempts { number stack }',
  'errorDetail',
  'queuePosition',
  'estimatedCompletionAt',
  'downloadUrl',
  'result { rowCount }',
  'report { rows(first: 2) { nodes { userId } } }',
];

describe('an answer about 300 jobs', () => {
  test('sends at most four statements, with any members in the answer', async () => {
    const service = await stage();
    for (const fields of [...READ, READ.slice(0, 4).join(' ')]) {
      sent = [];
      const query = `{ jobs(first: ${JOBS}) { nodes { ${PLAIN} ${fields} } } }`;
      const { data, errors } = await service.ask(query);
      expect(errors).toBeUndefined();
      expect(data.jobs.nodes).toHaveLength(JOBS);
      expect({ fields, tooMany: sent.slice(4) }).toEqual({ fields, tooMany: [] });
    }
  });

  test('sends at most four for a page of REST', async () => {
    const service = await stage();
    sent = [];
    const response = await service.fetch('/api/2.0/report/jobs?limit=300');
    const { data } = (await response.json()) as { data: { queue_position: number | null }[] };
    expect(data.filter(({ queue_position: position }) => position !== null).length).toBeGreaterThan(200);
    expect(sent.length).toBeLessThanOrEqual(4);
  });

  test('reads no page for a count, and counts nothing for a page', async () => {
    const service = await stage();
    sent = [];
    const { data } = await service.ask('{ jobs(first: 1000) { totalCount } }');
    expect(data.jobs.totalCount).toBe(JOBS);
    expect(sent).toEqual([expect.stringMatching(/^select count/i)]);
    sent = [];
    await service.ask('{ failedJobs { nodes { id } pageInfo { hasNextPage } } }');
    expect(sent).toHaveLength(1);
  });

  test('is right for each of them', async () => {
    const service = await stage();
    const { data } = await service.ask(
      `{ jobs(first: ${JOBS}) { nodes { id status queuePosition attempts { number } errorDetail
         report { rows(first: 2) { nodes { userId } } } } } }`,
    );
    interface Shown {
      readonly status: string;
      readonly queuePosition: number | null;
      readonly attempts: readonly object[];
      readonly errorDetail: string | null;
      readonly report: { readonly rows: { readonly nodes: readonly { readonly userId: number }[] } } | null;
    }
    const nodes = data.jobs.nodes as readonly Shown[];
    const queued = nodes.filter(({ status }) => status === 'QUEUED').reverse();
    expect(queued.map(({ queuePosition }) => queuePosition)).toEqual(queued.map((_, index) => index + 1));
    const succeeded = nodes.filter(({ status }) => status === 'SUCCEEDED');
    const firstRows = succeeded.map(({ report }) => report?.rows.nodes.map(({ userId }) => userId));
    expect(new Set(firstRows)).toEqual(
      new Set([
        [2, 102],
        [3, 103],
        [4, 104],
      ]),
    );
    const failed = nodes.filter(({ status }) => status === 'FAILED');
    expect(failed).toMatchObject([{ attempts: [{ number: 1 }], errorDetail: 'at secret.ts:1' }]);
  });
});

describe('many reads of one requester', () => {
  const TOKENS = ['ada', 'grace'].map((name) => ({
    name,
    token: `token-of-${name}-0123456789abcdef`,
    role: 'viewer' as const,
  }));

  test('become one read when they are equal', async () => {
    const service = createTestService();
    await service.request();
    sent = [];
    const aliases = Array.from({ length: 480 }, (_, n) => `a${n}: jobs { totalCount }`).join(' ');
    const { data } = await service.ask(`{ ${aliases} }`);
    expect(data.a479.totalCount).toBe(1);
    expect(sent.length).toBeLessThanOrEqual(2);
  });

  test('take turns with the reads of another requester when they differ', async () => {
    const service = createTestService({ authTokens: TOKENS });
    const as = (name: string) => ({ authorization: `Bearer token-of-${name}-0123456789abcdef` });
    let release = (): void => {};
    const held = new Promise<number>((resolve) => (release = () => resolve(0)));
    let begun = 0;
    service.store.countFailedJobs = () => {
      begun += 1;
      return held;
    };
    const aliases = Array.from(
      { length: 250 },
      (_, n) => `a${n}: failedJobs(errorCode: "CODE_${n}") { totalCount }`,
    );
    const many = service.ask(`{ ${aliases.join(' ')} }`, {}, as('ada'));
    await until(() => begun > 0);
    const { data } = await service.ask('{ jobs { totalCount } }', {}, as('grace'));
    expect(data.jobs.totalCount).toBe(0);
    expect(begun).toBeLessThan(250);
    release();
    expect((await many).errors).toBeUndefined();
  });
});

/** Creates 300 jobs: one FAILED, three SUCCEEDED with different results, the others QUEUED. */
async function stage(): Promise<TestService> {
  const service = createTestService();
  const requests = Array.from({ length: JOBS }, () => request({ requestedBy: 'anonymous' }));
  const ids = requests.map(({ id }) => id).sort();
  await Promise.all(requests.map((one) => service.store.accept(one)));
  const [failing, ...others] = ids as [string, ...string[]];
  await service.fail(failing);
  for (const [index, id] of others.slice(0, 3).entries()) {
    await service.finish(id, reportOf([2, 102, 202].map((userId) => [userId + index, 1, 1])));
  }
  await service.store.recordWorker({ id: 'w', slots: 2, definitions: DEFINITIONS });
  return service;
}
