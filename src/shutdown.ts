import closeWithGrace from 'close-with-grace';
import type { Logger } from './jobs/ports/logger.js';

interface Step {
  readonly name: string;
  /** `signal` is the one that asked for the end; undefined after an error. */
  readonly run: (signal?: NodeJS.Signals) => Promise<void> | void;
}

/** After this long the process exits although steps still run; leases and transactions make that safe. */
const GRACE_MS = 8000;

/**
 * On SIGTERM, SIGINT or an uncaught error: runs the steps in order, each to its end, and exits with 0 (after an error
 * with 1). A step that fails is logged; the others still run.
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
