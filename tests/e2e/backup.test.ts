/** Runs the commands of docs/operating.md as an operator types them. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { root } from '../../scripts/project.mjs';
import { runToEnd } from '../../scripts/run-to-end.mjs';
import { findProgram } from '../../scripts/servers/programs.mjs';
import type { Program } from '../../scripts/servers/server-kinds.mjs';
import { startApi, startWorker } from '../support/processes.js';
import { createRestClient, type JobView, type RestClient } from '../support/rest-client.js';
import { EXPECTED, startServiceServers, type Service } from '../support/service.js';

const dir = mkdtempSync(join(tmpdir(), 'posts-report-backup-'));
let service: Service;
let dump: Program;

beforeAll(async () => {
  const log = (message: string) => process.stderr.write(`${message}\n`);
  [service, dump] = await Promise.all([
    startServiceServers('bee-queue'),
    findProgram('mariadb-dump', { log }),
  ]);
}, 300_000);

afterAll(async () => {
  await service?.close();
  rmSync(dir, { recursive: true, force: true });
});

test('a backup that was made while the service ran is restored, and all of its jobs go on', async () => {
  const api = await startApi({ env: service.env });
  const client = createRestClient(api.url);
  const kept = await makeKeptJobs(client);
  const load = startLoad(client);
  await load.accepted(5);

  const acceptedBefore = [...load.ids];
  await run(documentedCommands('mariadb-dump'));
  await load.accepted(load.ids.length + 1);
  const acceptedAfter = await client.request({ filter: { user_ids: [49] } });
  await load.stop();

  // These jobs end after the backup. The broker then has ends of jobs that are still open in the backup.
  const worker = await startWorker({ env: service.env });
  for (const id of [kept.running.job_id, kept.queued.job_id, acceptedAfter.job_id])
    await client.waitFor(id, 'SUCCEEDED');
  await Promise.all([worker.stop(), api.stop()]);

  await run(documentedCommands('mariadb '));
  const DATABASE_URL = service.mariaDb.url.replace(/posts_report$/, 'posts_report_restored');
  const env = { ...service.env, DATABASE_URL };
  const [restoredApi] = await Promise.all([startApi({ env }), startWorker({ env })]);
  const restored = createRestClient(restoredApi.url);

  expect(await restored.job(kept.succeeded.job_id)).toEqual(kept.succeeded);
  expect(await restored.rows(kept.succeeded.job_id)).toEqual(EXPECTED);
  expect(await restored.job(kept.failed.job_id)).toEqual(kept.failed);
  expect(await restored.waitFor(kept.running.job_id, 'SUCCEEDED')).toMatchObject({ attempt_count: 2 });
  expect(await restored.rows(kept.running.job_id)).toEqual([EXPECTED[1]]);
  for (const id of [kept.queued.job_id, ...acceptedBefore])
    expect(await restored.waitFor(id, 'SUCCEEDED')).toMatchObject({ attempt_count: 1 });
  expect(await restored.rows(kept.queued.job_id)).toEqual([EXPECTED[2]]);
  const again = await restored.request({ filter: { user_ids: [3] } }, { 'idempotency-key': 'kept' });
  expect(again.job_id).toBe(kept.queued.job_id);
  await expect(restored.job(acceptedAfter.job_id)).rejects.toThrow(/404/);
  const { job_id: id } = await restored.request({ filter: { user_ids: [49] } });
  await restored.waitFor(id, 'SUCCEEDED');
});

interface Kept {
  readonly succeeded: JobView;
  readonly failed: JobView;
  /** The job's worker is dead, and the dispatcher has not noticed that yet. */
  readonly running: JobView;
  readonly queued: JobView;
}

async function makeKeptJobs(client: RestClient): Promise<Kept> {
  const worker = await startWorker({ env: service.env });
  const { job_id: good } = await client.request();
  await client.waitFor(good, 'SUCCEEDED');

  await service.db.raw('RENAME TABLE posts TO hidden_posts');
  const { job_id: bad } = await client.request({ filter: { user_ids: [1] } });
  await client.waitFor(bad, 'FAILED');
  await service.db.raw('RENAME TABLE hidden_posts TO posts');

  const unlock = await service.lockPosts();
  const { job_id: lost } = await client.request({ filter: { user_ids: [2] } });
  await client.waitFor(lost, 'RUNNING');
  await worker.kill('SIGKILL');
  await unlock();

  const queued = await client.request({ filter: { user_ids: [3] } }, { 'idempotency-key': 'kept' });
  return {
    succeeded: await client.job(good),
    failed: await client.job(bad),
    running: await client.job(lost),
    queued: await client.job(queued.job_id),
  };
}

/** Requests reports of users 4 to 48, one after another, until stopped. */
function startLoad(client: RestClient) {
  const stopping = new AbortController();
  const ids: string[] = [];
  let wake = (): void => {};
  const asking = (async () => {
    while (!stopping.signal.aborted) {
      const { job_id: id } = await client.request({ filter: { user_ids: [4 + (ids.length % 45)] } });
      ids.push(id);
      wake();
    }
  })();
  return {
    ids,
    async accepted(count: number): Promise<void> {
      while (ids.length < count)
        await Promise.race([new Promise<void>((resolve) => (wake = resolve)), asking]);
    },
    async stop(): Promise<void> {
      stopping.abort();
      await asking;
    },
  };
}

/** Finds the commands of the page that begin with `beginning`, and inserts the address of this test's server. */
function documentedCommands(beginning: string): readonly string[] {
  const { hostname, port, username } = new URL(service.mariaDb.url);
  const page = readFileSync(join(root, 'docs/operating.md'), 'utf8');
  const lines = page.split('\n').filter((line) => line.startsWith(beginning));
  expect(lines).not.toEqual([]);
  return lines.map((line) =>
    line.replace(
      '--host=db --port=3306 --user=owner',
      `--host=${hostname} --port=${port} --user=${username}`,
    ),
  );
}

async function run(lines: readonly string[]): Promise<void> {
  const { PATH = '' } = process.env;
  const env = {
    ...dump.env,
    HOME: dir, // no settings of the person who runs this
    PATH: `${dirname(dump.path)}:${PATH}`,
    MYSQL_PWD: decodeURIComponent(new URL(service.mariaDb.url).password),
  };
  for (const line of lines) await runToEnd('/bin/sh', ['-c', `cd '${dir}' && ${line}`], { env });
}
