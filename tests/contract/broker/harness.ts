import type { AttemptMessage, Broker } from '../../../src/jobs/ports/broker.js';

/** A broker's server, and the faults that tests cause in it. */
export interface BrokerHarness {
  /** Connects a broker, as one more process does. */
  connect(): Broker;
  /**
   * Starts a process that takes the next message and never acknowledges it. Resolves once the process has a message.
   */
  startDoomedConsumer(): Promise<{ kill(): Promise<void> }>;
  /** Kills the server with SIGKILL. */
  stopServer(): Promise<void>;
  /** Starts the server on its former address, with its data. */
  startServer(): Promise<void>;
  loseEverything(): Promise<void>;
  /** Longest time that a message stays with a worker that was killed. */
  readonly redeliveryMs: number;
  /** Finds a message's record, which dashboards show. Absent where the broker keeps no records. */
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

/** The harness as tests use it. After each test, what the test opened is closed. */
export interface BrokerBench extends Pick<
  BrokerHarness,
  'connect' | 'startDoomedConsumer' | 'stopServer' | 'startServer' | 'loseEverything'
> {
  /** Connects a broker, and resolves with it when it is up. */
  connectUp(): Promise<Broker>;
  redeliveryMs(): number;
  /** Resolves when the message's record matches, or at once where the broker keeps no records. */
  recorded(id: string, record: Partial<BrokerRecord>): Promise<void>;
}

export function attempt(jobId: string, number: number): AttemptMessage {
  return { jobId, attempt: number, kind: 'posts', filter: { userIds: [1, 2], createdFrom: null } };
}

export function range(count: number): number[] {
  return Array.from({ length: count }, (_, n) => n);
}
