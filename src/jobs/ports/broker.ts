import type { CanonicalFilter } from '../../reports/canonical-filter.js';

/**
 * Carries messages that bring work to a worker at once. A lost message delays its job, but no job is lost: MySQL has
 * the jobs, and the dispatcher sends the messages of due jobs again.
 */
export interface Broker {
  /** `bee-queue` or `rabbitmq`, as `queueHealth` shows it. */
  readonly name: string;
  /** Whether it takes messages, by the state that is known now; sends nothing. A full broker is not up. */
  isUp(): boolean;
  /**
   * Resolves once the broker has the message, or has an unfinished one with the same id. Rejects within a second, and
   * at once (BrokerAwayError) while the broker is known to be away. An id whose message is finished is sent again as a
   * new message.
   */
  send(message: AttemptMessage): Promise<void>;
  /**
   * Starts delivering messages to `handle`, at most `concurrency` at a time. Survives restarts of the broker, and may
   * be called while it is away. A message whose worker died is delivered again.
   */
  consume(handle: MessageHandler, options: { readonly concurrency: number }): Consumer;
  close(): Promise<void>;
}

/** The message was not sent, because the broker is known to be away or takes no messages. */
export class BrokerAwayError extends Error {}

/**
 * While a job waits, its message is sent again after this time. A broker that cannot recognise a known id lets the
 * older message expire by then, so that copies do not pile up.
 */
export const RESEND_AFTER_MS = 15_000;

/** A message for one future attempt of a job. `kind` and `filter` are for people who read a dashboard. */
export interface AttemptMessage {
  readonly jobId: string;
  /** The epoch under which the attempt will run. */
  readonly attempt: number;
  readonly kind: string;
  readonly filter: CanonicalFilter;
}

/**
 * Resolves when the message is handled. Rejects when the attempt failed, with the attempt's code as the error's
 * message.
 */
export type MessageHandler = (
  message: Pick<AttemptMessage, 'jobId' | 'attempt'>,
  context: { readonly reportProgress: (percent: number) => void },
) => Promise<void>;

export interface Consumer {
  /** Takes no more messages; resolves when the running handlers have ended. */
  close(): Promise<void>;
}

/** The message's id in every broker. Not numeric, so that it cannot equal one of a broker's own counter. */
export function messageId(message: Pick<AttemptMessage, 'jobId' | 'attempt'>): string {
  return `${message.jobId}-${message.attempt}`;
}

/**
 * The text that a broker may store of a handler's rejection: the attempt's stable code, which holds no secret. Any
 * thrown value has one, also `undefined`.
 */
export function failureCode(cause: unknown): string {
  return cause instanceof Error && /^[A-Z][A-Z_]*$/.test(cause.message) ? cause.message : 'INTERNAL';
}
