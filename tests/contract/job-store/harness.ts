import type { JobStore } from '../../../src/jobs/ports/job-store.js';

export interface JobStoreHarness {
  readonly store: JobStore;
  /** A second store over the same jobs, as in another process. */
  readonly otherProcess: () => JobStore;
  /** Advances the store's clock. A negative time sets the clock back. */
  readonly letTimePass: (milliseconds: number) => Promise<void>;
  /** Deletes all jobs, keys and workers. */
  empty(): Promise<void>;
  close(): Promise<void>;
}
