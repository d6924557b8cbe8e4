import { errorText, UnreachableError } from './api.js';
import { showText } from './element.js';

/**
 * @typedef {object} Repetition
 * @property {number} everyMs Pause between the end of one run and the start of the next.
 * @property {AbortSignal} signal Ends the repetition.
 * @property {HTMLElement} errorAt Shows the error of a failed run, except when the service did not answer: the page's
 *   banner shows that.
 */

/**
 * Runs the task at once, and again after each pause while the page is visible.
 * @param {(signal: AbortSignal) => Promise<void>} task
 * @param {Repetition} repetition
 * @returns {() => Promise<void>} Aborts the current run and starts a new one at once.
 */
export function repeat(task, { everyMs, signal, errorAt }) {
  let round = new AbortController();
  let timer = 0;

  async function run() {
    clearTimeout(timer);
    round.abort();
    round = new AbortController();
    const present = AbortSignal.any([signal, round.signal]);
    try {
      await task(present);
      if (!present.aborted) showText(errorAt, '');
    } catch (error) {
      if (!present.aborted && !(error instanceof UnreachableError)) showText(errorAt, errorText(error));
    }
    if (!present.aborted) timer = setTimeout(runIfSeen, everyMs);
  }

  function runIfSeen() {
    if (!document.hidden) void run();
  }

  document.addEventListener('visibilitychange', runIfSeen, { signal });
  signal.addEventListener('abort', () => clearTimeout(timer));
  void run();
  return run;
}
