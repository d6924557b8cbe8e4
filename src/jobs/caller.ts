import type { Requester } from '../reports/requester.js';

/** Who changes a job, and by which request, for the log. */
export interface Caller {
  readonly requester: Requester;
  readonly requestId: string;
}
