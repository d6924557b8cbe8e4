import { parentPort, workerData } from 'node:worker_threads';
import { getReportKind } from '../../reports/kinds/index.js';
import type { GenerateProgress } from '../../reports/kinds/report-kind.js';
import type { ReportTask } from '../../jobs/ports/report-runner.js';
import { createPostSource } from '../mysql/mysql-post-source.js';
import { lowerPriority } from './lower-priority.js';
import { carryError, type FromThread, type ToThread } from './thread-messages.js';

/** THREAD: runs one report at a time for `ThreadReportRunner`, on database connections of its own. */

const PROGRESS_EVERY_MS = 100;

const { databaseUrl } = workerData as { databaseUrl: string };
lowerPriority();
const source = createPostSource(databaseUrl);
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
    const kind = getReportKind(task.kind);
    const report = await kind.generate(source, task.filter, { signal, onProgress: progressTeller() });
    const { userIds, totalWords, totalPosts } = report.table;
    say({ type: 'done', report }, [userIds.buffer, totalWords.buffer, totalPosts.buffer] as ArrayBuffer[]);
  } catch (error) {
    say({ type: 'failed', error: carryError(error) });
  }
}

function progressTeller(): (progress: GenerateProgress) => void {
  let toldAt = performance.now();
  return (progress) => {
    const now = performance.now();
    if (now - toldAt < PROGRESS_EVERY_MS) return;
    toldAt = now;
    say({ type: 'progress', progress });
  };
}

function say(message: FromThread, transfer: ArrayBuffer[] = []): void {
  parentPort?.postMessage(message, transfer);
}
