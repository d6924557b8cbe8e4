import { afterEach, describe, expect, jest, test } from '@jest/globals';
import type { ReportsError } from '../../src/reports/errors.js';
import type { GenerateProgress } from '../../src/reports/generate-report.js';
import type { ReportRunner, ReportTask } from '../../src/jobs/ports/report-runner.js';
import { posts } from '../../src/reports/kinds/posts.js';
import type { Report } from '../../src/reports/report.js';
import { SyncReports } from '../../src/jobs/sync-reports.js';
import { EVERYTHING, reportOf } from '../support/reports.js';

const NEVER_ABORTED = new AbortController().signal;
const REPORT = reportOf([[1, 3, 1]]);

describe('SyncReports', () => {
  test('refuses at once when all slots are busy', async () => {
    const { reports } = stage({ limit: 1 });
    void reports.run(taskOf([1]), NEVER_ABORTED);
    await expect(reports.run(taskOf([2]), NEVER_ABORTED)).rejects.toMatchObject({
      code: 'SYNC_BUSY',
    });
  });

  test('shares a report of the same filter, also when all slots are busy', async () => {
    const { reports, runs } = stage({ limit: 1 });
    const both = [reports.run(taskOf([1, 2]), NEVER_ABORTED), reports.run(taskOf([1, 2]), NEVER_ABORTED)];
    runs[0]?.resolve(REPORT);
    expect(await Promise.all(both)).toEqual([REPORT, REPORT]);
    expect(runs).toHaveLength(1);
  });

  test('aborts a report when its last waiter has gone, and keeps its slot until it has stopped', async () => {
    const { reports, runs } = stage({ limit: 1 });
    const [stays, leaves] = [new AbortController(), new AbortController()];
    const first = reports.run(taskOf(null), stays.signal);
    const second = reports.run(taskOf(null), leaves.signal);
    leaves.abort(new Error('hung up'));
    await expect(second).rejects.toThrow('hung up');
    expect(runs[0]?.signal.aborted).toBe(false);
    stays.abort(new Error('gone too'));
    await expect(first).rejects.toThrow('gone too');
    expect(runs[0]?.signal.aborted).toBe(true);
    await expect(reports.run(taskOf(null), NEVER_ABORTED)).rejects.toMatchObject({ code: 'SYNC_BUSY' });
    runs[0]?.reject(new Error('stopped'));
    await Promise.resolve().then(() => {});
    await new Promise(setImmediate);
    void reports.run(taskOf(null), NEVER_ABORTED);
    expect(runs).toHaveLength(2);
  });

  test('ends a report that takes too long with TIMEOUT', async () => {
    const { reports } = stage({ limit: 1, timeoutMs: 5 });
    await expect(reports.run(taskOf(null), NEVER_ABORTED)).rejects.toMatchObject({ code: 'TIMEOUT' });
  });

  test('keeps reports of two definitions apart, also of one name and filter', async () => {
    const { reports, runs } = stage({ limit: 2 });
    void reports.run(taskOf(null), NEVER_ABORTED);
    void reports.run({ ...taskOf(null), definition: 'another' }, NEVER_ABORTED);
    expect(runs).toHaveLength(2);
  });
});

describe('what SyncReports says of another try', () => {
  afterEach(() => {
    jest.useRealTimers();
  });

  test('when all slots are busy: when the first of them is free, at the pace of its report', async () => {
    const { reports, runs } = timedStage({ limit: 2 });
    start(reports, [1]);
    start(reports, [2]);
    await jest.advanceTimersByTimeAsync(4000);
    runs[0]?.onProgress({ processedRows: 100, estimatedRows: 1000 });
    runs[1]?.onProgress({ processedRows: 400, estimatedRows: 1000 });
    expect(await refusal(reports)).toMatchObject({ code: 'SYNC_BUSY', retryAfterSeconds: 6 });
  });

  test('when nothing was read yet: what the latest reports took', async () => {
    const { reports, runs } = timedStage({ limit: 1 });
    for (const seconds of [2, 9, 10]) {
      const report = reports.run(taskOf([seconds]), NEVER_ABORTED);
      await jest.advanceTimersByTimeAsync(seconds * 1000);
      runs.at(-1)?.resolve(REPORT);
      await report;
    }
    start(reports, [1]);
    await jest.advanceTimersByTimeAsync(1000);
    expect(await refusal(reports)).toMatchObject({ retryAfterSeconds: 8 });
  });

  test('when nothing is known at all: two seconds', async () => {
    const { reports } = timedStage({ limit: 1 });
    start(reports, [1]);
    expect(await refusal(reports)).toMatchObject({ retryAfterSeconds: 2 });
  });

  test('never beyond the time limit, nor less than one second or more than thirty', async () => {
    const { reports, runs } = timedStage({ limit: 1, timeoutMs: 60_000 });
    start(reports, [1]);
    await jest.advanceTimersByTimeAsync(10_000);
    runs[0]?.onProgress({ processedRows: 1, estimatedRows: 1000 });
    expect(await refusal(reports)).toMatchObject({ retryAfterSeconds: 30 });
    await jest.advanceTimersByTimeAsync(45_000);
    expect(await refusal(reports)).toMatchObject({ retryAfterSeconds: 5 });
    runs[0]?.onProgress({ processedRows: 1001, estimatedRows: 1000 });
    expect(await refusal(reports)).toMatchObject({ retryAfterSeconds: 1 });
  });

  test('one second when the slot is held by a report that all callers have left', async () => {
    const { reports, runs } = timedStage({ limit: 1 });
    const caller = new AbortController();
    const left = reports.run(taskOf([1]), caller.signal);
    await jest.advanceTimersByTimeAsync(4000);
    runs[0]?.onProgress({ processedRows: 1, estimatedRows: 1000 });
    caller.abort(new Error('hung up'));
    await expect(left).rejects.toThrow('hung up');
    expect(await refusal(reports)).toMatchObject({ retryAfterSeconds: 1 });
  });

  test('when the time is up: as long as the report would still have taken', async () => {
    const { reports, runs } = timedStage({ limit: 1, timeoutMs: 10_000 });
    const late = expect(reports.run(taskOf(null), NEVER_ABORTED)).rejects.toMatchObject({
      code: 'TIMEOUT',
      retryAfterSeconds: 15,
    });
    await jest.advanceTimersByTimeAsync(5000);
    runs[0]?.onProgress({ processedRows: 400, estimatedRows: 1000 });
    await jest.advanceTimersByTimeAsync(5000);
    await late;
  });

  test('when the time is up and nothing was read: thirty seconds', async () => {
    const { reports } = timedStage({ limit: 1, timeoutMs: 1000 });
    const late = expect(reports.run(taskOf(null), NEVER_ABORTED)).rejects.toMatchObject({
      retryAfterSeconds: 30,
    });
    await jest.advanceTimersByTimeAsync(1000);
    await late;
  });
});

function taskOf(userIds: readonly number[] | null): ReportTask {
  return { kind: posts.name, definition: posts.fingerprint, filter: { ...EVERYTHING, userIds } };
}

function timedStage(options: { limit: number; timeoutMs?: number }) {
  jest.useFakeTimers();
  return stage({ ...options, stopsAtOnce: options.timeoutMs !== undefined && options.timeoutMs < 60_000 });
}

/** Starts a report whose result the test ignores. */
function start(reports: SyncReports, userIds: readonly number[]): void {
  void reports.run(taskOf(userIds), NEVER_ABORTED).catch(() => {});
}

/** Resolves with the error that a caller gets while no slot is free. */
async function refusal(reports: SyncReports): Promise<ReportsError> {
  return await reports.run(taskOf([99]), NEVER_ABORTED).then(
    () => Promise.reject(new Error('there was a slot')),
    (error: ReportsError) => error,
  );
}

interface Run {
  readonly onProgress: (progress: GenerateProgress) => void;
  readonly signal: AbortSignal;
  readonly resolve: (report: Report) => void;
  readonly reject: (error: Error) => void;
}

/**
 * Creates a runner whose reports end when the test says so. With `stopsAtOnce`, an aborted report also rejects by
 * itself.
 */
function stage({
  limit,
  timeoutMs = 60_000,
  stopsAtOnce = timeoutMs < 1000,
}: {
  limit: number;
  timeoutMs?: number;
  stopsAtOnce?: boolean;
}) {
  const runs: Run[] = [];
  const runner: Pick<ReportRunner, 'run'> = {
    run: (_task, { signal, onProgress }) =>
      new Promise((resolve, reject) => {
        runs.push({ signal, onProgress, resolve, reject });
        signal.addEventListener('abort', () => {
          if (stopsAtOnce) reject(signal.reason as Error);
        });
      }),
  };
  return { reports: new SyncReports({ runner, limit, timeoutMs }), runs };
}
