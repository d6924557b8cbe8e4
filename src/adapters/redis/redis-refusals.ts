import type { Logger } from '../../jobs/ports/logger.js';
import { Refusals } from '../refusals.js';

/** What the probe rehearses, to hear events, and to take messages. */
type Work = 'probe' | 'events' | 'messages';

export class RedisRefusals extends Refusals<Work> {
  constructor(logger: Logger) {
    super(logger, 'Redis');
  }
}

/** Redis answered, and not as work needs it. */
export class RefusedError extends Error {}

/**
 * Whether Redis answered with an error. Any other error is a matter of the connection, as is the last answer to a blocked
 * command when a primary becomes a replica.
 */
export function isRedisRefusal(cause: unknown): cause is Error {
  if (cause instanceof RefusedError) return true;
  return cause instanceof Error && cause.name === 'ReplyError' && !cause.message.startsWith('UNBLOCKED ');
}
