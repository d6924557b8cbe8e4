import { afterAll, beforeAll, beforeEach, describe } from '@jest/globals';
import type { JobStore } from '../../src/jobs/ports/job-store.js';
import { acceptingContract } from './job-store/accepting.js';
import { attemptsContract } from './job-store/attempts.js';
import { changesContract } from './job-store/changes.js';
import { dispatchContract } from './job-store/dispatch.js';
import { failuresContract } from './job-store/failures.js';
import { readingContract } from './job-store/reading.js';

export interface JobStoreHarness {
  readonly store: JobStore;
  /** By the store's clock. */
  readonly letTimePass: (milliseconds: number) => Promise<void>;
  /** Forgets all jobs, keys and workers. */
  empty(): Promise<void>;
  close(): Promise<void>;
}

/** What every JobStore promises. */
export function jobStoreContract(name: string, createHarness: () => Promise<JobStoreHarness>): void {
  describe(`${name} as JobStore`, () => {
    let harness: JobStoreHarness | undefined;
    const get = (): JobStoreHarness => {
      if (harness === undefined) throw new Error('The harness is there once tests run.');
      return harness;
    };
    beforeAll(async () => {
      harness = await createHarness();
    });
    beforeEach(() => get().empty());
    afterAll(() => harness?.close());

    describe('accepting', () => acceptingContract(get));
    describe('reading', () => readingContract(get));
    describe('canceling and retrying', () => changesContract(get));
    describe('attempts', () => attemptsContract(get));
    describe('dispatch', () => dispatchContract(get));
    describe('the desk for failures', () => failuresContract(get));
  });
}
