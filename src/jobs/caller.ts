import type { Requester } from '../reports/requester.js';

/** The requester who changes a job, and the id of the request, for the log. */
export interface Caller {
  readonly requester: Requester;
  readonly requestId: string;
}
