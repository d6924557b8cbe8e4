import type { JobStore } from '../../jobs/ports/job-store.js';
import { failureOperations } from './failure-operations.js';
import { jobAttempts } from './job-attempts.js';
import { jobChanges } from './job-changes.js';
import { jobDispatch } from './job-dispatch.js';
import { jobReader } from './job-reader.js';
import { jobRequests } from './job-requests.js';
import { QueuePlaces } from './queue-places.js';
import type { Database } from './database.js';

/** The job store in MySQL, with one file per role of the port. */
export function createJobStore(database: Database): JobStore {
  const requests = jobRequests(database);
  const places = new QueuePlaces(database);
  return {
    async accept(request) {
      const accepted = await requests.accept(request);
      if (accepted.outcome === 'created') places.add(accepted.job);
      return accepted;
    },
    ...jobReader(database),
    countAhead: places.countAhead,
    ...jobChanges(database),
    ...jobAttempts(database),
    ...jobDispatch(database),
    ...failureOperations(database),
  };
}
