import { AMQPError } from 'rabbitmq-client';
import type { Logger } from '../../jobs/ports/logger.js';
import { Refusals } from '../refusals.js';

/** To make what is missing, to send, to take messages, to publish events, and to hear them. */
type Work = 'declare' | 'send' | 'messages' | 'publish' | 'events';

export class RabbitRefusals extends Refusals<Work> {
  constructor(logger: Logger) {
    super(logger, 'RabbitMQ');
  }
}

const CODES = ['ACCESS_REFUSED', 'NOT_ALLOWED', 'NOT_IMPLEMENTED', 'RESOURCE_ERROR'];

/** Whether RabbitMQ refused what it was asked for, and will the next time: no rights, or a server that cannot do it. */
export function isRabbitRefusal(cause: unknown): cause is AMQPError {
  return cause instanceof AMQPError && CODES.includes(cause.code);
}
