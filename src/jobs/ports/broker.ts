import type { CanonicalFilter } from '../../reports/canonical-filter.js';

/**
 * Carries messages that bring work to a worker at once. Losing one costs time, never work: MySQL says what is true,
 * and the dispatcher sends the messages of due jobs again.
 */
export interface Broker {
  /** `bee-queue`, `rabbitmq`: what `queueHealth` shows. */
  readonly name: string;
  /** Whether it takes messages, as far as is known now, without asking. One that is full is not up. */
  isUp(): boolean;
  /**
   * Resolves once the broker has the message, or has an unfinished one with the same id. Rejects within a second, and
   * at once (BrokerAwayError) while the broker is known to be away. Sending an id whose message is finished sends it afresh.
   */
  send(message: AttemptMessage): Promise<void>;
  /**
   * Starts to deliver messages to `handle`, at most `concurrency` at a time; survives restarts of the broker, also
   * one that is away when this is called. A message whose worker died is delivered again.
   */
  consume(handle: MessageHandler, options: { readonly concurrency: number }): Consumer;
  close(): Promise<void>;
}

/** A send that was not tried, since the broker is known to be away or to take no messages. */
export class BrokerAwayError extends Error {}

/**
 * As long as a job waits, its message is sent again after this time. A broker that does not know that it has the id already
 * lets the older copy go by then, so that copies do not pile up.
 */
export const RESEND_AFTER_MS = 15_000;

/** One attempt to come: attempt number `attempt` of the job. Data beyond the ids is for people who read a dashboard. */
export interface AttemptMessage {
  readonly jobId: string;
  /** The epoch that the attempt will run under. */
  readonly attempt: number;
  readonly kind: string;
  readonly filter: CanonicalFilter;
}

/** Resolves when the message is done with; rejects with an error whose message is the attempt's code when it failed. */
export type MessageHandler = (
  message: Pick<AttemptMessage, 'jobId' | 'attempt'>,
  context: { readonly reportProgress: (percent: number) => void },
) => Promise<void>;

export interface Consumer {
  /** Takes no more messages, and resolves when the handlers that run have ended. */
  close(): Promise<void>;
}

/** The message's id under every broker. Not numeric, so that it cannot collide with a broker's own counter. */
export function messageId(message: Pick<AttemptMessage, 'jobId' | 'attempt'>): string {
  return `${message.jobId}-${message.attempt}`;
}

/**
 * What a broker may keep of a handler's rejection: the attempt's stable code, and nothing that could hold a secret.
 * An answer for anything that was thrown, `undefined` included.
 */
export function failureCode(cause: unknown): string {
  return cause instanceof Error && /^[A-Z][A-Z_]*$/.test(cause.message) ? cause.message : 'INTERNAL';
}
