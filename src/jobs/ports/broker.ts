import type { CanonicalFilter } from '../../reports/canonical-filter.js';

/**
 * Carries messages, so that a worker starts a due job at once. A lost message delays its job but does not lose it: the
 * jobs are stored in MySQL, and the dispatcher sends the messages of due jobs again.
 */
export interface Broker {
  /** `bee-queue` or `rabbitmq`, as `queueHealth` shows it. */
  readonly name: string;
  /**
   * Whether the broker accepts messages, by its last known state. Sends nothing to the broker. False also for a full
   * broker.
   */
  isUp(): boolean;
  /**
   * Resolves once the broker has accepted the message, or already has an unfinished message with the same id. Rejects
   * within a second, and at once with BrokerAwayError while the broker is known to be unreachable. A message whose id
   * is already finished is sent as a new message.
   */
  send(message: AttemptMessage): Promise<void>;
  /**
   * Starts delivering messages to `handle`, at most `concurrency` at a time. The consumer survives restarts of the
   * broker, and may be started while the broker is unreachable. A message whose worker died is delivered again.
   */
  consume(handle: MessageHandler, options: { readonly concurrency: number }): Consumer;
  close(): Promise<void>;
}

/** The message was not sent, because the broker is known to be unreachable or to refuse messages. */
export class BrokerAwayError extends Error {}

/**
 * While a job waits, its message is sent again after this time. A broker that cannot detect duplicate ids lets a
 * message expire shortly after this time, so that copies do not accumulate.
 */
export const RESEND_AFTER_MS = 15_000;

/**
 * A message for one future attempt of a job. `kind` and `filter` are shown on the broker's dashboard; workers do not
 * read them.
 */
export interface AttemptMessage {
  readonly jobId: string;
  /** The epoch that the attempt will have. */
  readonly attempt: number;
  readonly kind: string;
  readonly filter: CanonicalFilter;
}

/**
 * Resolves when the message is handled. Rejects when the attempt failed, with an error whose message is the attempt's
 * code.
 */
export type MessageHandler = (
  message: Pick<AttemptMessage, 'jobId' | 'attempt'>,
  context: { readonly reportProgress: (percent: number) => void },
) => Promise<void>;

export interface Consumer {
  /** Stops taking messages. Resolves when the running handlers have ended. */
  close(): Promise<void>;
}

/**
 * The id of a message, equal in every broker. It is not numeric, so that it cannot equal an id from a broker's own
 * counter.
 */
export function messageId(message: Pick<AttemptMessage, 'jobId' | 'attempt'>): string {
  return `${message.jobId}-${message.attempt}`;
}

/**
 * The text that a broker may store when a handler rejects: the attempt's stable code, which contains no secret. Any
 * other error, and any other thrown value, becomes INTERNAL.
 */
export function failureCode(cause: unknown): string {
  return cause instanceof Error && /^[A-Z][A-Z_]*$/.test(cause.message) ? cause.message : 'INTERNAL';
}
