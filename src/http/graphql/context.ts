import type { RequesterReads } from '../job-reads/requester-reads.js';
import type { Requester } from '../../reports/requester.js';
import type { Services } from '../services.js';

/** What every resolver is given, whichever way the operation came in. */
export interface GraphQLContext extends Operation {
  readonly services: Services;
  /** Of the requester. */
  readonly reads: RequesterReads;
}

/** One operation, as its transport sees it. */
export interface Operation {
  readonly requester: Requester;
  /** Stands in the logs and in masked errors. */
  readonly requestId: string;
  /** Aborted when the caller hangs up. */
  readonly signal: AbortSignal;
  /** Ends the connection without a word, which tells a subscriber to come back. Undefined: the stream just errors. */
  readonly cut?: (() => void) | undefined;
}
