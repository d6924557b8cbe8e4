import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { root } from '../../../scripts/project.mjs';
import { startApi, startWorker, type ApiProcess } from '../../support/processes.js';
import type { Service } from '../../support/service.js';
import { until, underLoad } from '../../support/waiting.js';
import { graphql, send, type Caller } from '../own-report/interfaces.js';
import type { Stage } from './stage.js';

/** Longest time that a job waits for a worker that knows its report, once such a worker runs. */
const STARTED_WITHIN_MS = 8000;
const DEFINITION = 'awkward.report.ts';

export const reportKinds = (stage: () => Stage): void =>
  describe('kinds of reports', () => {
    let service: Service;
    let dir: string;
    let api: ApiProcess;
    let caller: Caller;

    beforeAll(async () => {
      ({ service } = stage());
      await service.db.raw('CREATE TABLE awkward (label VARCHAR(250) NOT NULL, points BIGINT NOT NULL)');
      await service.db('awkward').insert({ label: 'one', points: 1 });
      dir = mkdtempSync(join(tmpdir(), 'posts-report-kinds-'));
      for (const version of ['old', 'new']) mkdirSync(join(dir, version));
      const definition = readFileSync(join(root, 'tests/e2e/own-report', DEFINITION), 'utf8');
      writeFileSync(join(dir, 'old', DEFINITION), definition);
      writeFileSync(join(dir, 'new', DEFINITION), definition.replaceAll('totalRows', 'numberOfRows'));
      api = await startApi({ env: { ...service.env, REPORTS_DIR: join(dir, 'old') } });
      caller = { url: api.url, token: '' };
    });

    afterAll(async () => {
      await api?.kill('SIGKILL');
      rmSync(dir, { recursive: true, force: true });
    });

    test('a worker leaves a report that it does not know to another one, which starts it within 8 s', async () => {
      const stranger = await startWorker({ env: { ...service.env, WORKER_CONCURRENCY: '1' } });
      const job = await request();
      const known = await request('posts');
      await until(async () => (await show(known)).status === 'SUCCEEDED');

      expect(await show(job)).toMatchObject({ status: 'QUEUED', attemptCount: 0 });
      await until(async () => (await queueHealth()).unknownKinds.includes('awkward-labels'));

      // A job that no worker can run does not count as ahead of a job that a worker can run.
      const unlock = await service.lockPosts();
      const running = await request('posts', { user_ids: [1] });
      await until(async () => (await show(running)).status === 'RUNNING');
      const next = await request('posts', { user_ids: [2] });
      expect(await show(next)).toMatchObject({ status: 'QUEUED', queuePosition: 1 });
      await unlock();
      await until(async () => (await show(next)).status === 'SUCCEEDED');

      const worker = await startWorker({ env: { ...service.env, REPORTS_DIR: join(dir, 'old') } });
      const started = performance.now();
      await until(async () => (await show(job)).status !== 'QUEUED');
      const waitedMs = performance.now() - started;
      await until(async () => (await show(job)).status === 'SUCCEEDED');
      expect((await queueHealth()).unknownKinds).toEqual([]);
      await Promise.all([stranger.kill('SIGKILL'), worker.kill('SIGKILL')]);
      expect(waitedMs).toBeLessThan(underLoad(STARTED_WITHIN_MS));
    });

    test('a report of a definition that has changed is gone, and its jobs are listed and canceled', async () => {
      const worker = await startWorker({ env: { ...service.env, REPORTS_DIR: join(dir, 'old') } });
      const done = await request();
      await until(async () => (await show(done)).status === 'SUCCEEDED');
      await worker.stop();
      const open = await request();
      const changed = await startApi({ env: { ...service.env, REPORTS_DIR: join(dir, 'new') } });
      caller = { url: changed.url, token: '' };

      const result = await send(caller, 'GET', `/api/2.0/report/jobs/${done}/result`);
      expect([result.status, ((await result.json()) as { code: string }).code]).toEqual([
        410,
        'RESULT_EXPIRED',
      ]);
      expect(await show(done)).toMatchObject({ status: 'SUCCEEDED', kind: 'awkward-labels', result: null });
      const list = await graphql<{ jobs: { nodes: { id: string }[] } }>(caller, '{ jobs { nodes { id } } }');
      expect(list.jobs.nodes.map(({ id }) => id)).toEqual(expect.arrayContaining([done, open]));

      // A request with the new definition gets neither the open job nor the result of the old definition.
      const fresh = await request();
      expect([done, open]).not.toContain(fresh);
      const aged = await send(caller, 'POST', '/api/2.0/report/awkward-labels', { max_age_seconds: 3600 });
      expect(((await aged.json()) as { data: { job_id: string } }).data.job_id).toBe(fresh);

      expect((await send(caller, 'POST', `/api/2.0/report/jobs/${open}/cancel`)).status).toBe(200);
      expect(await show(open)).toMatchObject({ status: 'CANCELED' });
      await changed.kill('SIGKILL');
    });

    async function request(kind = 'awkward-labels', filter: object = {}): Promise<string> {
      const response = await send(caller, 'POST', `/api/2.0/report/${kind}`, { filter });
      expect(response.status).toBe(202);
      return ((await response.json()) as { data: { job_id: string } }).data.job_id;
    }

    async function show(id: string): Promise<{ status: string; queuePosition: number | null }> {
      const query = `{ job(id: "${id}") { kind status attemptCount queuePosition result { rowCount } } }`;
      return (await graphql<{ job: { status: string; queuePosition: number | null } }>(caller, query)).job;
    }

    async function queueHealth(): Promise<{ readonly unknownKinds: readonly string[] }> {
      const query = '{ queueHealth { unknownKinds } }';
      return (await graphql<{ queueHealth: { unknownKinds: string[] } }>(caller, query)).queueHealth;
    }
  });
