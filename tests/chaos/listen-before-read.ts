import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { setTimeout as delay } from 'node:timers/promises';

/**
 * Tests the one promise that a chaos run cannot test: the service listens for a job's events before it reads the job's
 * row. A change between the two steps is rare, and the poll finds it soon, so a run would not show the mistake. This
 * test makes the change happen between the two steps.
 */

/** The part of the watcher that this test uses. */
interface Watching {
  watchJob(requester: unknown, id: string): AsyncIterableIterator<{ version: number }>;
  close(): void;
}

export type WatcherClass = new (deps: {
  store: { findMany(ids: readonly string[]): Promise<readonly object[]> };
  events: { subscribe(listener: { onEvent(event: object): void; onGap(): void }): () => void };
  logger: Record<'debug' | 'info' | 'warn' | 'error', () => void>;
  pollMs: number;
}) => Watching;

const JOB_ID = '01JDNDEDT0AAAAAAAAAAAAAAAA';
const FAR_AWAY_MS = 60_000;
const PATIENCE_MS = 1000;

/**
 * Changes a job and sends its event after the job's row was read and before the watcher gets the row. Resolves with a
 * complaint if the watcher misses the change, and otherwise with undefined.
 */
export async function findMissedChange(Watcher: WatcherClass): Promise<string | undefined> {
  const job = { id: JOB_ID, status: 'QUEUED', version: 1, requestedBy: 'anonymous' };
  const listeners: { onEvent(event: object): void }[] = [];
  let answerFirst = (): void => {};
  const firstAnswer = new Promise<void>((resolve) => {
    answerFirst = resolve;
  });
  let reads = 0;
  const watcher = new Watcher({
    store: {
      async findMany() {
        reads += 1;
        const row = { ...job };
        if (reads === 1) await firstAnswer;
        return [row];
      },
    },
    events: {
      subscribe(listener) {
        listeners.push(listener);
        return () => {};
      },
    },
    logger: { debug() {}, info() {}, warn() {}, error() {} },
    pollMs: FAR_AWAY_MS,
  });
  try {
    const states = watcher.watchJob({ name: 'anonymous', role: 'operator' }, JOB_ID);
    const last = lastVersion(states);
    await delay(0);
    Object.assign(job, { status: 'SUCCEEDED', version: 2 });
    for (const listener of listeners) listener.onEvent({ jobId: JOB_ID, version: 2 });
    answerFirst();
    const version = await Promise.race([last, delay(PATIENCE_MS)]);
    return version === 2
      ? undefined
      : 'what happened after the row was read and before it was answered was not heard';
  } finally {
    watcher.close();
  }
}

async function lastVersion(states: AsyncIterableIterator<{ version: number }>): Promise<number> {
  let version = 0;
  try {
    for await (const state of states) version = state.version;
  } catch {
    return version; // the watcher was closed and sent nothing more
  }
  return version;
}

/** Runs `findMissedChange` with the watcher of the service that is compiled in `tree`. */
export async function checkListenBeforeRead(tree: string): Promise<string | undefined> {
  const url = pathToFileURL(join(tree, 'dist/jobs/job-watcher.js')).href;
  const { JobWatcher } = (await import(url)) as { JobWatcher: WatcherClass };
  return await findMissedChange(JobWatcher);
}
