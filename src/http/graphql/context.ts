import type { Requester } from '../../reports/requester.js';
import type { RequesterReads } from '../job-reads/requester-reads.js';
import type { Services } from '../services.js';

/** What a transport provides for one operation. */
export interface Operation {
  readonly requester: Requester;
  /** Part of log lines and of masked errors. */
  readonly requestId: string;
  /** Whether the caller has hung up. */
  readonly isAbandoned: boolean;
  /** Aborted when the caller hangs up. Made when it is first read. */
  readonly signal: AbortSignal;
  /** Closes the connection without a final message, so that the client subscribes again. */
  cut(): void;
}

/** What every resolver gets, from every transport. */
export class GraphQLContext {
  readonly operation: Operation;
  readonly services: Services;
  /** Reads on behalf of the requester. */
  readonly reads: RequesterReads;
  /** Reads of this operation, by field and arguments; see `remember-reads.ts`. */
  readonly remembered = new Map<string, unknown>();

  constructor(operation: Operation, services: Services) {
    this.operation = operation;
    this.services = services;
    this.reads = services.reads.of(operation.requester);
  }

  get requester(): Requester {
    return this.operation.requester;
  }
}
