import type { RequesterReads } from '../job-reads/requester-reads.js';
import type { Requester } from '../../reports/requester.js';
import type { Services } from '../services.js';

/** What every resolver gets, from every transport. */
export interface GraphQLContext extends Operation {
  readonly services: Services;
  /** Reads on behalf of the requester. */
  readonly reads: RequesterReads;
  /** Reads of this operation, by field and arguments; see `remember-reads.ts`. */
  readonly remembered: Map<string, unknown>;
}

/** What a transport provides for one operation. */
export interface Operation {
  readonly requester: Requester;
  /** Part of log lines and of masked errors. */
  readonly requestId: string;
  /** Aborted when the caller hangs up. */
  readonly signal: AbortSignal;
  /** Closes the connection without a final message, so that the client subscribes again. */
  readonly cut: () => void;
}
