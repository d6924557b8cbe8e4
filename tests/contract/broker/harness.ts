import type { AttemptMessage, Broker } from '../../../src/jobs/ports/broker.js';

/** One server under test, and what can happen to it. */
export interface BrokerHarness {
  /** The broker of one more process. */
  connect(): Broker;
  /** A process that takes the next message and never ends it. Resolves once it has one. */
  startDoomedConsumer(): Promise<{ kill(): Promise<void> }>;
  /** Without warning. */
  stopServer(): Promise<void>;
  /** On the same address, with the data that it keeps. */
  startServer(): Promise<void>;
  loseEverything(): Promise<void>;
  /** How long a message may be stuck with a dead worker. */
  readonly redeliveryMs: number;
  /** What a dashboard shows of a message; absent where the broker keeps nothing. */
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

/** A harness while tests run; whatever they open is closed after each. */
export interface BrokerBench extends Pick<
  BrokerHarness,
  'connect' | 'startDoomedConsumer' | 'stopServer' | 'startServer' | 'loseEverything'
> {
  /** Resolves with a broker that is up. */
  connectUp(): Promise<Broker>;
  redeliveryMs(): number;
  /** Resolves once the message's record is like that, at once where no records are kept. */
  recorded(id: string, record: Partial<BrokerRecord>): Promise<void>;
}

export function attempt(jobId: string, number: number): AttemptMessage {
  return { jobId, attempt: number, kind: 'posts', filter: { userIds: [1, 2], createdFrom: null } };
}

export function range(count: number): number[] {
  return Array.from({ length: count }, (_, n) => n);
}
