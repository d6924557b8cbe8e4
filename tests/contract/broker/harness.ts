import type { AttemptMessage, Broker } from '../../../src/jobs/ports/broker.js';

/** One server under test, and the faults it may have. */
export interface BrokerHarness {
  /** Connects the broker of one more process. */
  connect(): Broker;
  /** A process that takes the next message and never ends it. Resolves once it has one. */
  startDoomedConsumer(): Promise<{ kill(): Promise<void> }>;
  /** Kills it with SIGKILL. */
  stopServer(): Promise<void>;
  /** Starts it on the same address, with its data. */
  startServer(): Promise<void>;
  loseEverything(): Promise<void>;
  /** For how long a message may stay with a dead worker. */
  readonly redeliveryMs: number;
  /** A message's record for dashboards; absent where the broker keeps none. */
  findRecord?(
    id: string,
  ): Promise<{ state: string; progress: number; error: string | undefined } | undefined>;
  close(): Promise<void>;
}

interface BrokerRecord {
  readonly state: string;
  readonly progress: number;
  readonly error: string | undefined;
}

/** A harness during tests. What they open is closed after each. */
export interface BrokerBench extends Pick<
  BrokerHarness,
  'connect' | 'startDoomedConsumer' | 'stopServer' | 'startServer' | 'loseEverything'
> {
  /** Resolves with a broker that is up. */
  connectUp(): Promise<Broker>;
  redeliveryMs(): number;
  /** Resolves once the message's record matches, and at once where no records are kept. */
  recorded(id: string, record: Partial<BrokerRecord>): Promise<void>;
}

export function attempt(jobId: string, number: number): AttemptMessage {
  return { jobId, attempt: number, kind: 'posts', filter: { userIds: [1, 2], createdFrom: null } };
}

export function range(count: number): number[] {
  return Array.from({ length: count }, (_, n) => n);
}
