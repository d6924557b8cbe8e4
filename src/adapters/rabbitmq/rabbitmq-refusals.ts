import { AMQPError } from 'rabbitmq-client';
import type { Logger } from '../../jobs/ports/logger.js';
import { Refusals } from '../refusals.js';

/** In this order: declaring queues, sending messages, receiving messages, publishing events, receiving events. */
type Work = 'declare' | 'send' | 'messages' | 'publish' | 'events';

export class RabbitRefusals extends Refusals<Work> {
  constructor(logger: Logger) {
    super(logger, 'RabbitMQ');
  }
}

const CODES = ['ACCESS_REFUSED', 'NOT_ALLOWED', 'NOT_IMPLEMENTED', 'RESOURCE_ERROR'];

/**
 * Whether RabbitMQ refused the operation and would refuse it again: the account lacks a right, or the server does not
 * support the operation.
 */
export function isRabbitRefusal(cause: unknown): cause is AMQPError {
  return cause instanceof AMQPError && CODES.includes(cause.code);
}
