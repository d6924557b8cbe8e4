import { parentPort, workerData } from 'node:worker_threads';
import type { ReportTask } from '../../jobs/ports/report-runner.js';
import { generateReport, type GenerateProgress } from '../../reports/generate-report.js';
import type { ReportTable } from '../../reports/report-table.js';
import { loadReports } from '../load-reports.js';
import { createRowSource } from '../mysql/mysql-row-source.js';
import { lowerPriority } from './lower-priority.js';
import { carryError, type FromThread, type ThreadData, type ToThread } from './thread-messages.js';

/** THREAD: runs one report at a time for `ThreadReportRunner`, on database connections of its own. */

const PROGRESS_EVERY_MS = 20;

const { sourceUrl, databaseUrl, readLimitMs, reportsDir } = workerData as ThreadData;
lowerPriority();
const source = createRowSource({ sourceUrl, databaseUrl, readLimitMs });
const loading = loadReports(reportsDir);
loading.catch(() => {}); // `run` awaits the same promise and reports its rejection
let running = new AbortController();

parentPort?.on('message', (message: ToThread) => {
  switch (message.type) {
    case 'abort':
      running.abort(new Error('aborted'));
      return;
    case 'run':
      running = new AbortController();
      void run(message.task, running.signal);
  }
});

async function run(task: ReportTask, signal: AbortSignal): Promise<void> {
  try {
    const definition = (await loading).findByFingerprint(task.definition);
    if (definition === undefined)
      throw new Error(`the definition of ${task.kind} changed since this process started; restart it`);
    const report = await generateReport(definition, source, task.filter, {
      signal,
      onProgress: progressSender(),
    });
    send({ type: 'done', report }, buffersOf(report.table));
  } catch (error) {
    send({ type: 'failed', error: carryError(error) });
  }
}

function progressSender(): (progress: GenerateProgress) => void {
  let sentAt = performance.now();
  return (progress) => {
    const now = performance.now();
    if (now - sentAt < PROGRESS_EVERY_MS) return;
    sentAt = now;
    send({ type: 'progress', progress });
  };
}

/** The ArrayBuffers of a table, to transfer to the main thread. No other table uses them. */
function buffersOf({ keys, figures }: ReportTable): ArrayBuffer[] {
  const arrays = keys instanceof Int32Array ? [keys, ...figures] : [keys.bytes, keys.offsets, ...figures];
  return arrays.map(({ buffer }) => buffer as ArrayBuffer);
}

function send(message: FromThread, transfer: ArrayBuffer[] = []): void {
  parentPort?.postMessage(message, transfer);
}
