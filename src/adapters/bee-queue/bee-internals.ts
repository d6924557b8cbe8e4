import BeeQueue from 'bee-queue';
import type { Redis } from 'ioredis';
import type { CanonicalFilter } from '../../reports/canonical-filter.js';

/** What a Bee-Queue job carries, for people who read a dashboard. The ids of the attempt are in the job's id. */
export interface BeeJobData {
  readonly jobId: string;
  readonly kind: string;
  readonly filter: CanonicalFilter;
}

/**
 * A Bee-Queue queue with those of its parts that its own types keep private and that the cures in this folder replace.
 * They are those of bee-queue 2.0.0, which is pinned; `bee-queue-stock-faults.test.ts` shows each fault on the stock
 * library, and fails when an upgrade makes a cure superfluous.
 */
export const BeeQueueInternals = BeeQueue as unknown as new (
  name: string,
  settings: BeeQueue.QueueSettings,
) => BeeQueue<BeeJobData> & BeeQueueParts;

export type BeeJob = BeeQueue.Job<BeeJobData> & { toData(): string };

interface BeeQueueParts {
  client: Redis | null;
  bclient: Redis | null;
  /** Handlers that run, each until its end is recorded. */
  readonly activeJobs: ReadonlySet<Promise<unknown>>;
  toKey(name: string): string;
  makeClient(clientName: 'client' | 'bclient', createNew: boolean): Promise<Redis>;
  /** Name of the script, number of keys, keys, arguments. */
  _evalScript(name: string, keyCount: number, ...keysAndArguments: (string | number)[]): Promise<unknown>;
  _waitForJob(): Promise<BeeJob | null>;
  _doStalledJobCheck(): Promise<number>;
}
