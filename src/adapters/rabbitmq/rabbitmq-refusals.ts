import { AMQPError } from 'rabbitmq-client';
import type { Logger } from '../../jobs/ports/logger.js';
import { Refusals } from '../refusals.js';

/** Declaring, sending, receiving messages, publishing events, and receiving events. */
type Work = 'declare' | 'send' | 'messages' | 'publish' | 'events';

export class RabbitRefusals extends Refusals<Work> {
  constructor(logger: Logger) {
    super(logger, 'RabbitMQ');
  }
}

const CODES = ['ACCESS_REFUSED', 'NOT_ALLOWED', 'NOT_IMPLEMENTED', 'RESOURCE_ERROR'];

/**
 * Whether RabbitMQ answered that it will not do this, now or next time: rights are missing, or the server does not
 * support it.
 */
export function isRabbitRefusal(cause: unknown): cause is AMQPError {
  return cause instanceof AMQPError && CODES.includes(cause.code);
}
