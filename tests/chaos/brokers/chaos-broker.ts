import type { PrivateServer } from '../../../scripts/servers/private-server.mjs';
import type { Evidence } from '../evidence.js';

export interface BusEvent {
  readonly jobId: string;
  readonly version: number;
}

/** A broker's server, and the faults that the suite causes in it. */
export interface ChaosBroker {
  readonly server: PrivateServer;
  /** One command, in the words of `redis-cli` or `rabbitmqctl`. Rejects while the server is away. */
  command(...words: string[]): Promise<void>;
  /** Numbers of succeeded and failed attempts, as far as the broker still has them. */
  readQueue(): Promise<Evidence['queue']>;
  /** Listens to the bus, also again after the server was away. The returned function ends it. */
  listen(onEvent: (event: BusEvent) => void): Promise<() => void>;
}
