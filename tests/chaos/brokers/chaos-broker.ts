import type { PrivateServer } from '../../../scripts/servers/private-server.mjs';
import type { Evidence } from '../evidence.js';

export interface BusEvent {
  readonly jobId: string;
  readonly version: number;
}

/** A broker's server, and what the suite does to it past the service. */
export interface ChaosBroker {
  readonly server: PrivateServer;
  /** One command, in the words of `redis-cli` or `rabbitmqctl`. Rejects while the server is away. */
  command(...words: string[]): Promise<void>;
  /** What it counts as succeeded and failed, as far as it still remembers. */
  readQueue(): Promise<Evidence['queue']>;
  /** Hears what goes over the bus, also again after the server was away; the answer ends it. */
  listen(onEvent: (event: BusEvent) => void): Promise<() => void>;
}
