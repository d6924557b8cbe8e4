import BeeQueue from 'bee-queue';
import type { Redis } from 'ioredis';
import type { CanonicalFilter } from '../../reports/canonical-filter.js';

/**
 * The data of a Bee-Queue job, for people who read a dashboard. The id of the Bee-Queue job holds the report job's id
 * and the number of the attempt.
 */
export interface BeeJobData {
  readonly jobId: string;
  readonly kind: string;
  readonly filter: CanonicalFilter;
}

/**
 * Bee-Queue's queue with the private members that the workarounds in this folder replace. The members are those of
 * bee-queue 2.0.0, and package.json pins this version. `bee-queue-stock-faults.test.ts` shows each fault of the
 * unchanged library. The test fails when an upgrade of the library has fixed a fault.
 */
export const BeeQueueInternals = BeeQueue as unknown as new (
  name: string,
  settings: BeeQueue.QueueSettings,
) => BeeQueue<BeeJobData> & BeeQueueParts;

export type BeeJob = BeeQueue.Job<BeeJobData> & { toData(): string };

interface BeeQueueParts {
  client: Redis | null;
  bclient: Redis | null;
  /** One promise per running handler; it resolves when the handler's end is recorded. */
  readonly activeJobs: ReadonlySet<Promise<unknown>>;
  toKey(name: string): string;
  makeClient(clientName: 'client' | 'bclient', createNew: boolean): Promise<Redis>;
  _evalScript(name: string, keyCount: number, ...keysAndArguments: (string | number)[]): Promise<unknown>;
  _waitForJob(): Promise<BeeJob | null>;
  _doStalledJobCheck(): Promise<number>;
}
