import { describe, expect, test } from '@jest/globals';
import type { ReportRunner } from '../../src/reports/ports/report-runner.js';
import type { Report } from '../../src/reports/report.js';
import { SyncReports } from '../../src/reports/sync-reports.js';

const NOBODY_LEAVES = new AbortController().signal;
const REPORT = { summary: { totalWords: 3 } } as Report;

describe('SyncReports', () => {
  test('refuses at once when all slots are busy', async () => {
    const { reports } = stage({ limit: 1 });
    void reports.run('posts', { userIds: [1] }, NOBODY_LEAVES);
    await expect(reports.run('posts', { userIds: [2] }, NOBODY_LEAVES)).rejects.toMatchObject({
      code: 'SYNC_BUSY',
    });
  });

  test('shares a report of the same filter, also when all slots are busy', async () => {
    const { reports, runs } = stage({ limit: 1 });
    const both = [
      reports.run('posts', { userIds: [2, 1] }, NOBODY_LEAVES),
      reports.run('posts', { userIds: [1, 2, 2] }, NOBODY_LEAVES),
    ];
    runs[0]?.resolve(REPORT);
    expect(await Promise.all(both)).toEqual([REPORT, REPORT]);
    expect(runs).toHaveLength(1);
  });

  test('aborts a report when its last waiter has gone, and keeps its slot until it has stopped', async () => {
    const { reports, runs } = stage({ limit: 1 });
    const [stays, leaves] = [new AbortController(), new AbortController()];
    const first = reports.run('posts', null, stays.signal);
    const second = reports.run('posts', {}, leaves.signal);
    leaves.abort(new Error('hung up'));
    await expect(second).rejects.toThrow('hung up');
    expect(runs[0]?.signal.aborted).toBe(false);
    stays.abort(new Error('gone too'));
    await expect(first).rejects.toThrow('gone too');
    expect(runs[0]?.signal.aborted).toBe(true);
    await expect(reports.run('posts', null, NOBODY_LEAVES)).rejects.toMatchObject({ code: 'SYNC_BUSY' });
    runs[0]?.reject(new Error('stopped'));
    await Promise.resolve().then(() => {});
    await new Promise(setImmediate);
    void reports.run('posts', null, NOBODY_LEAVES);
    expect(runs).toHaveLength(2);
  });

  test('ends a report that takes too long with TIMEOUT', async () => {
    const { reports } = stage({ limit: 1, timeoutMs: 5 });
    await expect(reports.run('posts', null, NOBODY_LEAVES)).rejects.toMatchObject({ code: 'TIMEOUT' });
  });

  test('refuses a wrong filter before it takes a slot', async () => {
    const { reports, runs } = stage({ limit: 1 });
    await expect(reports.run('posts', { userIds: [] }, NOBODY_LEAVES)).rejects.toMatchObject({
      code: 'BAD_USER_INPUT',
    });
    expect(runs).toHaveLength(0);
  });
});

interface Run {
  readonly signal: AbortSignal;
  readonly resolve: (report: Report) => void;
  readonly reject: (error: Error) => void;
}

/** A runner whose reports end when the test says so, or reject when the time is up. */
function stage({ limit, timeoutMs = 60_000 }: { limit: number; timeoutMs?: number }) {
  const runs: Run[] = [];
  const runner: Pick<ReportRunner, 'run'> = {
    run: (_task, { signal }) =>
      new Promise((resolve, reject) => {
        runs.push({ signal, resolve, reject });
        signal.addEventListener('abort', () => {
          if (timeoutMs < 1000) reject(signal.reason as Error);
        });
      }),
  };
  return { reports: new SyncReports({ runner, limit, timeoutMs }), runs };
}
