import { getPriority } from 'node:os';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { threadPriorities } from '../../support/process-tree.js';
import { startWorker, type ApiProcess, type ServiceProcess } from '../../support/processes.js';
import type { RestClient } from '../../support/rest-client.js';
import { EXPECTED, type Service } from '../../support/service.js';
import { until, underLoad } from '../../support/waiting.js';
import type { Stage } from './stage.js';

let service: Service;
let api: ApiProcess;
let client: RestClient;
let worker: ServiceProcess;
/** Each undoes a fault after its test, also if the test fails. */
const releases: (() => Promise<void>)[] = [];

export const workerFaults = (stage: () => Stage): void =>
  describe('a worker', () => {
    beforeAll(() => {
      ({ service, api, client } = stage());
    });

    beforeEach(async () => {
      worker = await startWorker({ env: service.env });
    });

    afterEach(async () => {
      for (const release of releases.splice(0)) await release();
      await worker.kill('SIGKILL');
    });

    test('that is killed in the middle of a job costs an attempt, and another one ends the job with the right sums', async () => {
      const unlock = await lockPosts();
      const { job_id: id } = await client.request();
      await client.waitFor(id, 'RUNNING');
      const killedAt = performance.now();
      await worker.kill('SIGKILL');
      worker = await startWorker({ env: service.env });
      await worker.waitForLine(new RegExp(`${id}.*attempt started`));
      expect(performance.now() - killedAt).toBeLessThan(underLoad(10_000));
      await unlock();

      const ended = await client.waitFor(id, 'SUCCEEDED');
      expect(ended.attempt_count).toBe(2);
      expect(await client.rows(id)).toEqual(EXPECTED);
      expect(await attemptsOf(id)).toEqual([
        { number: 1, errorCode: 'WORKER_LOST' },
        { number: 2, errorCode: null },
      ]);
    });

    test('that is asked to stop hands its job back without costing it an attempt', async () => {
      const unlock = await lockPosts();
      const { job_id: id } = await client.request();
      await client.waitFor(id, 'RUNNING');
      expect(await worker.stop()).toMatchObject({ code: 0 });
      expect(await client.job(id)).toMatchObject({ status: 'QUEUED', attempt_count: 0 });
      await unlock();
      worker = await startWorker({ env: service.env });

      expect(await client.waitFor(id, 'SUCCEEDED')).toMatchObject({ attempt_count: 1 });
      expect(await attemptsOf(id)).toEqual([
        { number: 1, errorCode: 'RELEASED' },
        { number: 2, errorCode: null },
      ]);
    });

    test('that was paused for longer than its lease comes back and writes nothing', async () => {
      const unlock = await lockPosts();
      const { job_id: id } = await client.request();
      await client.waitFor(id, 'RUNNING');
      await worker.kill('SIGSTOP');
      const paused = worker;
      worker = await startWorker({ env: service.env });
      await worker.waitForLine(new RegExp(`${id}.*attempt started`));
      await paused.kill('SIGCONT');
      await paused.waitForLine(new RegExp(`${id}.*attempt fenced`));
      await unlock();

      expect(await client.waitFor(id, 'SUCCEEDED')).toMatchObject({ attempt_count: 2 });
      expect(await client.rows(id)).toEqual(EXPECTED);
      await paused.kill('SIGKILL');
    });

    test('stops the query of a canceled job in the server within two seconds', async () => {
      releases.push(await service.slowPosts());
      const { job_id: id } = await client.request();
      await client.waitFor(id, 'RUNNING');
      await untilQueriesRun(1);
      const canceledAt = performance.now();
      const response = await client.post(`/api/2.0/report/jobs/${id}/cancel`);
      expect(response.status).toBe(200);
      expect(await client.job(id)).toMatchObject({ status: 'CANCELED', error: null });
      await untilQueriesRun(0);
      expect(performance.now() - canceledAt).toBeLessThan(underLoad(2500));
    });

    test('runs reports behind its own event loop, as an API does', async () => {
      const { job_id: id } = await client.request({ filter: { user_ids: [1] } });
      await client.waitFor(id, 'SUCCEEDED');
      expect((await fetch(`${api.url}/api/1.0/report/posts`)).status).toBe(200);

      for (const { pid } of [worker, api]) {
        const [main, ...others] = threadPriorities(pid);
        expect(main).toBe(getPriority());
        expect(others).toContain(Math.min(19, getPriority() + 10));
      }
    });

    test('ends a job that takes too long again and again as FAILED, and a retry runs it anew', async () => {
      await worker.kill('SIGKILL');
      worker = await startWorker({ env: { ...service.env, JOB_TIMEOUT_MS: '500' } });
      const restore = await service.slowPosts();
      const { job_id: id } = await client.request();
      const failed = await client.waitFor(id, 'FAILED');
      expect(failed).toMatchObject({ attempt_count: 3, error: { code: 'TIMEOUT' } });
      const { failedJobs } = await client.graphql<{ failedJobs: { nodes: { id: string }[] } }>(
        '{ failedJobs(errorCode: "TIMEOUT") { nodes { id } } }',
      );
      expect(failedJobs.nodes).toContainEqual({ id });
      await untilQueriesRun(0);
      await restore();
      await worker.kill('SIGKILL');
      worker = await startWorker({ env: service.env });

      expect((await client.post(`/api/2.0/report/jobs/${id}/retry`)).status).toBe(202);
      expect(await client.waitFor(id, 'SUCCEEDED')).toMatchObject({ attempt_count: 4, error: null });
      expect((await client.post(`/api/2.0/report/jobs/${id}/retry`)).status).toBe(409);
    });
  });

async function lockPosts(): Promise<() => Promise<void>> {
  const unlock = await service.lockPosts();
  let held = true;
  const release = async (): Promise<void> => {
    if (held) await unlock();
    held = false;
  };
  releases.push(release);
  return release;
}

async function attemptsOf(id: string): Promise<unknown> {
  const query = `{ job(id: "${id}") { attempts { number errorCode } } }`;
  return (await client.graphql<{ job: { attempts: unknown } }>(query)).job.attempts;
}

/** Resolves when the server runs this many queries over posts. */
async function untilQueriesRun(count: number): Promise<void> {
  await until(async () => {
    const [rows] = (await service.db.raw('SHOW FULL PROCESSLIST')) as [{ Info: string | null }[]];
    const running = rows.filter(({ Info }) => / select .*`user_id`, `context` from `posts`/.test(Info ?? ''));
    return running.length === count;
  });
}
