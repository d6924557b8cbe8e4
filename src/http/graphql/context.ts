import type { RequesterReads } from '../job-reads/requester-reads.js';
import type { Requester } from '../../reports/requester.js';
import type { Services } from '../services.js';

/** What every resolver is given, whichever way the operation came in. */
export interface GraphQLContext extends Operation {
  readonly services: Services;
  /** Of the requester. */
  readonly reads: RequesterReads;
  /** What the operation has read, by field and arguments; see `remember-reads.ts`. */
  readonly remembered: Map<string, unknown>;
}

/** One operation, as its transport sees it. */
export interface Operation {
  readonly requester: Requester;
  /** Stands in the logs and in masked errors. */
  readonly requestId: string;
  /** Aborted when the caller hangs up. */
  readonly signal: AbortSignal;
  /** Closes the connection without a last message, so that the client subscribes again. */
  readonly cut: () => void;
}
