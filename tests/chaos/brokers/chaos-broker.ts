import type { PrivateServer } from '../../../scripts/servers/private-server.mjs';
import type { Evidence } from '../evidence.js';

export interface BusEvent {
  readonly jobId: string;
  readonly version: number;
}

/** A broker's server in which the suite causes faults. */
export interface ChaosBroker {
  readonly server: PrivateServer;
  /** Runs a command with the arguments of `redis-cli` or `rabbitmqctl`. Rejects while the server is down. */
  command(...words: string[]): Promise<void>;
  /** Returns the ids of the messages of succeeded and failed attempts that the broker still has. */
  readQueue(): Promise<Evidence['queue']>;
  /** Subscribes to job events, and reconnects after the server was down. The returned function unsubscribes. */
  listen(onEvent: (event: BusEvent) => void): Promise<() => void>;
}
