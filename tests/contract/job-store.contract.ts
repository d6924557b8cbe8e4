import { afterAll, beforeAll, beforeEach, describe } from '@jest/globals';
import { acceptingContract } from './job-store/accepting.js';
import { changesContract } from './job-store/changes.js';
import { claimingContract } from './job-store/claiming.js';
import { clockStepContract } from './job-store/clock-step.js';
import { dispatchContract } from './job-store/dispatch.js';
import { endsContract } from './job-store/ends.js';
import { failuresContract } from './job-store/failures.js';
import { findingContract } from './job-store/finding.js';
import type { JobStoreHarness } from './job-store/harness.js';
import { idempotencyKeysContract } from './job-store/idempotency-keys.js';
import { leasesContract } from './job-store/leases.js';
import { listingContract } from './job-store/listing.js';
import { openJobsContract } from './job-store/open-jobs.js';
import { queueFiguresContract } from './job-store/queue-figures.js';
import { reusingContract } from './job-store/reusing.js';
import { sweepingContract } from './job-store/sweeping.js';

/** Tests of every JobStore. */
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
    describe('open jobs', () => openJobsContract(get));
    describe('reusing', () => reusingContract(get));
    describe('idempotency keys', () => idempotencyKeysContract(get));
    describe('finding', () => findingContract(get));
    describe('listing', () => listingContract(get));
    describe('figures of the queue', () => queueFiguresContract(get));
    describe('canceling and retrying', () => changesContract(get));
    describe('claiming', () => claimingContract(get));
    describe('leases', () => leasesContract(get));
    describe('ends of attempts', () => endsContract(get));
    describe('dispatch', () => dispatchContract(get));
    describe('sweeping', () => sweepingContract(get));
    describe('a clock that is set back', () => clockStepContract(get));
    describe('changes of many failed jobs', () => failuresContract(get));
  });
}
