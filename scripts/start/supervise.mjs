import { setTimeout as delay } from 'node:timers/promises';

/** Exit code of a process with a wrong configuration, which a restart cannot mend: EX_CONFIG of sysexits(3). */
export const CONFIGURATION_IS_WRONG = 78;

/** Minimum time between two starts of a process. A crashed process starts again within a second in any case. */
const BETWEEN_STARTS_MS = 500;
/** Pause before a process that ended soon after its start is started again, so that restarts do not use a whole CPU. */
const AFTER_FAILED_BOOT_MS = 800;
const BOOT_MS = 2000;

/**
 * @typedef {object} Restartable
 * @property {string} name
 * @property {() => Promise<void>} start
 * @property {Promise<import('../servers/tethered-process.mjs').Exit>} exited
 */

/**
 * Starts a process again whenever it ends, until the signal.
 * @param {Restartable} child A running process.
 * @param {{ signal: AbortSignal, print: (line: string) => void, onRestart: () => void }} options
 * @returns {Promise<void>} Resolves after the signal.
 * @throws {ConfigurationError}
 */
export async function keepRunning(child, { signal, print, onRestart }) {
  const stopped = untilAborted(signal);
  let started = Date.now();
  for (;;) {
    const exit = await Promise.race([child.exited, stopped]);
    if (signal.aborted || !exit) return;
    if (exit.code === CONFIGURATION_IS_WRONG)
      throw new ConfigurationError(`The ${child.name} does not accept its configuration; see above.`);
    const lived = Date.now() - started;
    const failedAtBoot = exit.code !== null && lived < BOOT_MS;
    print(`${child.name} ended (${exit.signal ?? `exit code ${exit.code}`}); starting it again`);
    await pause(failedAtBoot ? AFTER_FAILED_BOOT_MS : BETWEEN_STARTS_MS - lived, signal);
    while (!signal.aborted) {
      started = Date.now();
      try {
        await child.start();
        break;
      } catch (error) {
        print(error instanceof Error ? error.message : String(error));
        await pause(AFTER_FAILED_BOOT_MS, signal);
      }
    }
    if (signal.aborted) return;
    onRestart();
  }
}

/** An error that only a change of the configuration can remove. */
export class ConfigurationError extends Error {
  /**
   * @param {string} message
   * @param {ErrorOptions} [options]
   */
  constructor(message, options) {
    super(message, options);
    this.name = 'ConfigurationError';
  }
}

/**
 * @param {AbortSignal} signal
 * @returns {Promise<undefined>}
 */
export function untilAborted(signal) {
  return new Promise((resolve) => {
    if (signal.aborted) resolve(undefined);
    else signal.addEventListener('abort', () => resolve(undefined), { once: true });
  });
}

/**
 * @param {number} milliseconds
 * @param {AbortSignal} signal
 */
async function pause(milliseconds, signal) {
  if (milliseconds > 0) await delay(milliseconds, undefined, { signal }).catch(() => {});
}
