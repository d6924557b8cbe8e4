import type { Logger } from '../../jobs/ports/logger.js';
import { Refusals } from '../refusals.js';

/** The commands that the probe rehearses, receiving events, and receiving messages. */
type Work = 'probe' | 'events' | 'messages';

export class RedisRefusals extends Refusals<Work> {
  constructor(logger: Logger) {
    super(logger, 'Redis');
  }
}

/** Redis answered, but not as work needs it. */
export class RefusedError extends Error {}

/**
 * Whether Redis answered with an error. Other errors come from the connection; so does the answer to a blocked command
 * when a primary becomes a replica.
 */
export function isRedisRefusal(cause: unknown): cause is Error {
  if (cause instanceof RefusedError) return true;
  return cause instanceof Error && cause.name === 'ReplyError' && !cause.message.startsWith('UNBLOCKED ');
}
