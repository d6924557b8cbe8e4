import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { freezeProcess } from '../../support/process-tree.js';
import { startProcess, startWorker, type ApiProcess, type ServiceProcess } from '../../support/processes.js';
import type { RestClient } from '../../support/rest-client.js';
import { EXPECTED, type Service } from '../../support/service.js';
import { until, underLoad } from '../../support/waiting.js';
import type { Stage } from './stage.js';

let service: Service;
let api: ApiProcess;
let client: RestClient;
let worker: ServiceProcess;

export const serverFaults = (stage: () => Stage): void =>
  describe('a server', () => {
    beforeAll(async () => {
      ({ service, api, client } = stage());
      worker = await startWorker({ env: service.env });
    });
    afterAll(() => worker?.kill('SIGKILL'));

    describe('the broker', () => {
      test('may be away: requests are accepted, jobs run, observers are notified, and it is used again when it is back', async () => {
        await service.broker.server.kill('SIGKILL');
        const ids = [];
        for (let user = 1; user <= 5; user += 1) {
          ids.push((await client.request({ filter: { user_ids: [user] } })).job_id);
        }
        for (const [index, id] of ids.entries()) {
          await client.waitFor(id, 'SUCCEEDED');
          expect(await client.rows(id)).toEqual([EXPECTED[index]]);
        }
        await until(async () => (await client.readiness()) === 'degraded');
        await service.broker.server.start();
        await until(async () => (await client.readiness()) === 'ok');
        const { job_id: id } = await client.request();
        await client.waitFor(id, 'SUCCEEDED');
        expect(await client.rows(id)).toEqual(EXPECTED);
      });

      test('may lose everything: what was accepted is done all the same', async () => {
        const unlock = await service.lockPosts();
        const jobs = await Promise.all(
          [1, 2, 3, 4, 5, 6].map(async (user) => await client.request({ filter: { user_ids: [user] } })),
        );
        await service.broker.loseEverything();
        await unlock();
        for (const [index, { job_id: id }] of jobs.entries()) {
          await client.waitFor(id, 'SUCCEEDED');
          expect(await client.rows(id)).toEqual([EXPECTED[index]]);
        }
      });

      test('keeps what became of an attempt for people who look', async () => {
        const { broker, db } = service;
        const data = { kind: 'posts', filter: { userIds: [7], createdFrom: null, createdTo: null } };
        await db.raw('RENAME TABLE posts TO posts_elsewhere');
        const [bad, failed] = await attemptThatCameByMessage('FAILED', (id) => broker.findFailed(id));
        expect(failed).toMatchObject({ ...data, jobId: bad });
        await db.raw('RENAME TABLE posts_elsewhere TO posts');
        if (broker.findSucceeded === undefined) return;
        const [good, succeeded] = await attemptThatCameByMessage('SUCCEEDED', async (id) =>
          broker.findSucceeded?.(id),
        );
        expect(succeeded).toMatchObject({ ...data, jobId: good });
      });
    });

    describe('MariaDB', () => {
      test('may be killed: requests get 503 within two seconds, and all that was accepted ends once with the right sums', async () => {
        const unlock = await service.lockPosts();
        const jobs = await Promise.all(
          [1, 2, 3, 4].map(async (user) => await client.request({ filter: { user_ids: [user] } })),
        );
        await client.waitFor(jobs[0]?.job_id ?? '', 'RUNNING');
        await service.mariaDb.kill('SIGKILL');
        await unlock().catch(() => {}); // the lock died with the server
        await expectRefusals();
        await service.mariaDb.start();
        for (const [index, { job_id: id }] of jobs.entries()) {
          await client.waitFor(id, 'SUCCEEDED');
          expect(await client.rows(id)).toEqual([EXPECTED[index]]);
        }
        await until(async () => (await client.readiness()) === 'ok');
      });

      test('may freeze: requests get 503 within two seconds, and are served when it goes on', async () => {
        const pid = service.mariaDb.pid() as number;
        freezeProcess(pid);
        try {
          await expectRefusals();
        } finally {
          process.kill(pid, 'SIGCONT');
        }
        await until(async () => (await client.post('/api/2.0/report/posts')).status === 202);
      });

      test('may refuse us: one readable line, and an exit code that is not 0', async () => {
        const url = new URL(service.mariaDb.url);
        url.password = 'wrong';
        const refused = await startProcess('api', { ...service.env, DATABASE_URL: url.href });
        expect(await refused.exited).toMatchObject({ code: 78 });
        expect(refused.lines.join('\n')).toMatch(/DATABASE_URL is refused by the server: Access denied/);
        expect(refused.lines.join('\n')).not.toMatch(/wrong@/);
      });

      test('may be away at the start: the processes stay, and serve when it is there', async () => {
        await service.mariaDb.stop();
        const late = await startProcess('worker', service.env);
        await late.waitForLine(/the database is away/);
        await service.mariaDb.start();
        await late.waitForLine(/leases are renewed again/);
        expect(await late.stop()).toMatchObject({ code: 0 });
      });
    });
  });

/** REST and GraphQL refuse a request within 2.5 s. REST says when to retry. */
async function expectRefusals(): Promise<void> {
  for (const path of ['/api/2.0/report/posts', '/graphql']) {
    const startedAt = performance.now();
    const body =
      path === '/graphql' ? { query: 'mutation { requestPostsReport { job { id } } }' } : undefined;
    const response = await client.post(path, body);
    expect(performance.now() - startedAt).toBeLessThan(underLoad(2500));
    expect(await response.json()).toMatchObject(
      path === '/graphql'
        ? { errors: [{ extensions: { code: 'SERVICE_UNAVAILABLE' } }] }
        : { status: 503, code: 'SERVICE_UNAVAILABLE' },
    );
    if (path !== '/graphql') expect(response.headers.get('retry-after')).toMatch(/^\d+$/);
  }
  expect((await fetch(`${api.url}/readyz`)).status).toBe(503);
  expect((await fetch(`${api.url}/healthz`)).status).toBe(200);
}

/**
 * Finds the broker's record of an attempt. A worker that considers the broker unreachable may find a job in the
 * database before the job's message arrives. The broker has no record of such an attempt, so another job is tried then.
 */
async function attemptThatCameByMessage(
  status: 'SUCCEEDED' | 'FAILED',
  find: (id: string) => Promise<unknown>,
): Promise<[jobId: string, kept: unknown]> {
  return await until(async () => {
    const { job_id: id } = await client.request({ filter: { user_ids: [7] } });
    await client.waitFor(id, status);
    for (let look = 0; look < 10; look += 1) {
      const kept = await find(`${id}-1`);
      if (kept !== undefined) return [id, kept];
      await delay(100);
    }
    return undefined;
  });
}
