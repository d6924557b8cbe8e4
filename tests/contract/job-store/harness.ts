import type { JobStore } from '../../../src/jobs/ports/job-store.js';

export interface JobStoreHarness {
  readonly store: JobStore;
  /** A store over the same jobs, as another process has it. */
  readonly otherProcess: () => JobStore;
  /** By the store's clock; a negative time sets it back. */
  readonly letTimePass: (milliseconds: number) => Promise<void>;
  /** Forgets all jobs, keys and workers. */
  empty(): Promise<void>;
  close(): Promise<void>;
}
