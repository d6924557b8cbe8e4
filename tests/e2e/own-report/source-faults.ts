import { beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { freezeProcess } from '../../support/process-tree.js';
import { until } from '../../support/waiting.js';
import { createAwkwardTable } from './awkward-rows.js';
import { graphql, requestByRest, send, type Caller } from './interfaces.js';
import { AWKWARD } from './grouped.js';
import type { Shop } from './shop.js';

/** A value that no answer to a caller may contain. */
const SECRET = '9007199254740993';

interface Attempt {
  readonly errorCode: string | null;
  readonly errorMessage: string | null;
  readonly stack: string | null;
}

interface Stage {
  readonly shop: Shop;
  readonly operator: Caller;
  readonly viewer: Caller;
}

let shop: Shop;
let operator: Caller;
let viewer: Caller;

export function sourceFaults(stage: () => Stage): void {
  describe('a source', () => {
    beforeAll(() => {
      ({ shop, operator, viewer } = stage());
    });

    beforeEach(async () => {
      await shop.run('DROP TABLE IF EXISTS shop.awkward');
    });

    describe('a table that is missing', () => {
      test('is SOURCE_MISMATCH for a synchronous report, and retried as a job that succeeds once it is there', async () => {
        const response = await send(viewer, 'GET', `/api/1.0/report/${AWKWARD.kind}`);
        expect(response.status).toBe(502);
        expect(await response.json()).toMatchObject({
          code: 'SOURCE_MISMATCH',
          detail: 'The table awkward of the source is not there.',
        });

        const job = await accept(viewer);
        await until(async () => (await show(job)).attempts.length > 1);
        expect((await show(job)).attempts[0]).toMatchObject({
          errorCode: 'SOURCE_MISMATCH',
          errorMessage: 'The table awkward of the source is not there.',
        });
        await createAwkwardTable(shop);
        await until(async () => (await show(job)).status === 'SUCCEEDED');
      });

      test('may be a column: the message names it', async () => {
        await shop.run('CREATE TABLE shop.awkward (id INT PRIMARY KEY, label VARCHAR(250) NOT NULL)');
        const response = await send(viewer, 'GET', `/api/1.0/report/${AWKWARD.kind}`);
        expect(response.status).toBe(502);
        expect(await response.json()).toMatchObject({
          detail: 'The table awkward of the source has no column points.',
        });
      });
    });

    describe('a wrong value', () => {
      test.each([
        ['NULL', 'NULL', 'A value of awkward.points is not a whole number of up to 53 bits'],
        [
          'a number of more than 53 bits',
          SECRET,
          'A value of awkward.points is not a whole number of up to 53 bits',
        ],
      ])('that is %s fails the job at once, and only operators see it', async (_name, value, message) => {
        await shop.run('CREATE TABLE shop.awkward (label VARCHAR(250) NOT NULL, points BIGINT NULL)');
        await shop.run(`INSERT INTO shop.awkward VALUES ('one', 1), ('two', ${value})`);

        const response = await send(viewer, 'GET', `/api/1.0/report/${AWKWARD.kind}`);
        const seen = await response.text();
        expect(response.status).toBe(502);
        expect(seen).toContain(message);
        expect(seen).not.toContain(SECRET);

        const job = await accept(viewer);
        await until(async () => (await show(job)).status === 'FAILED');
        const forViewer = await show(job, viewer);
        expect(forViewer.attempts).toHaveLength(1);
        expect(forViewer.attempts[0]).toMatchObject({ errorCode: 'SOURCE_MISMATCH', stack: null });
        expect(JSON.stringify(forViewer)).not.toContain(SECRET);
        expect((await show(job, operator)).attempts[0]?.stack).toContain(
          `the value is ${value === 'NULL' ? value : `"${value}"`}`,
        );
      });
    });

    test('while the source is away reports fail and retry, and requests are accepted', async () => {
      await createAwkwardTable(shop);
      freezeProcess(shop.server.pid() as number);
      let job: string;
      try {
        const ready = await until(async () => {
          const response = await send(viewer, 'GET', '/readyz');
          const body = (await response.json()) as { status: string; checks: { source: string } };
          return body.checks.source === 'down' && { status: response.status, body };
        });
        expect(ready).toMatchObject({ status: 200, body: { status: 'degraded' } });
        job = await accept(viewer);
        await until(async () => (await show(job)).attempts.some(({ errorCode }) => errorCode !== null));
        expect((await show(job)).attempts[0]?.errorCode).toBe('DATABASE_UNAVAILABLE');
        expect((await send(viewer, 'GET', `/api/1.0/report/${AWKWARD.kind}`)).status).toBe(503);
      } finally {
        process.kill(shop.server.pid() ?? 0, 'SIGCONT');
      }
      await until(async () => (await show(job)).status === 'SUCCEEDED');
      expect(await requestByRest(viewer, AWKWARD, {})).toEqual(expect.any(String));
    });
  });
}

async function accept(caller: Caller): Promise<string> {
  const response = await send(caller, 'POST', `/api/2.0/report/${AWKWARD.kind}`, {});
  expect(response.status).toBe(202);
  return ((await response.json()) as { data: { job_id: string } }).data.job_id;
}

async function show(id: string, caller = operator): Promise<{ status: string; attempts: Attempt[] }> {
  const query = `{ job(id: "${id}") { status errorMessage attempts { errorCode errorMessage stack } } }`;
  return (await graphql<{ job: { status: string; attempts: Attempt[] } }>(caller, query)).job;
}
