import type { Requester } from '../../reports/requester.js';
import type { RequesterReads } from '../job-reads/requester-reads.js';
import type { Services } from '../services.js';

/** The requester and the connection of an operation, which its transport provides. */
export interface Operation {
  readonly requester: Requester;
  /** Part of log lines and of masked errors. */
  readonly requestId: string;
  /** Whether the client has closed the connection. */
  readonly isAbandoned: boolean;
  /** Aborted when the client closes the connection. Created when it is first read. */
  readonly signal: AbortSignal;
  /** Closes the connection without a final message, so that the client subscribes again. */
  cut(): void;
}

/** The context of every resolver, whatever the transport. */
export class GraphQLContext {
  readonly operation: Operation;
  readonly services: Services;
  /** Reads jobs and results with the requester's rights. */
  readonly reads: RequesterReads;
  /** The results of reads of this operation, by field and arguments; see `remember-reads.ts`. */
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
