import type { Logger } from '../../jobs/ports/logger.js';
import { Refusals } from '../refusals.js';

/**
 * `probe`: the commands that `WorkProbe` tries each second. `events`, `messages`: receiving job events, receiving
 * messages.
 */
type Work = 'probe' | 'events' | 'messages';

export class RedisRefusals extends Refusals<Work> {
  constructor(logger: Logger) {
    super(logger, 'Redis');
  }
}

/** Redis answers, but its answer shows that it cannot do the work of the service. */
export class RefusedError extends Error {}

/**
 * Whether Redis replied with an error. `UNBLOCKED` does not count: Redis sends it to a blocked command when the primary
 * becomes a replica, and the caller treats that as a lost connection.
 */
export function isRedisRefusal(cause: unknown): cause is Error {
  if (cause instanceof RefusedError) return true;
  return cause instanceof Error && cause.name === 'ReplyError' && !cause.message.startsWith('UNBLOCKED ');
}
