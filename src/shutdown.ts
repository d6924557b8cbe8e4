import closeWithGrace from 'close-with-grace';
import type { Logger } from './jobs/ports/logger.js';

interface Step {
  readonly name: string;
  /** `signal` is the signal that started the shutdown; undefined when an error started it. */
  readonly run: (signal?: NodeJS.Signals) => Promise<void> | void;
}

/**
 * The process exits after this long even if steps still run. No data is lost, because open transactions are rolled back
 * and the leases of running jobs expire.
 */
const GRACE_MS = 8000;

/**
 * Runs the steps in order, each to its end, on SIGTERM, SIGINT or an uncaught error. The process then exits with 0, or
 * with 1 after an error. A step that fails is logged; the next steps still run.
 */
export function onShutdown(logger: Logger, steps: readonly Step[]): void {
  closeWithGrace({ delay: GRACE_MS, logger: false }, async ({ err, signal }) => {
    if (err !== undefined) logger.error({ err }, 'stopping after an uncaught error');
    else logger.info({ signal }, 'stopping');
    for (const step of steps) {
      try {
        await step.run(signal);
      } catch (cause) {
        logger.warn({ err: cause, step: step.name }, 'a step of the shutdown failed');
      }
    }
    logger.info({}, 'stopped');
  });
}
