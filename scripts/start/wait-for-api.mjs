import { setTimeout as delay } from 'node:timers/promises';

const TIMEOUT_MS = 60_000;

/**
 * Polls until the API is ready.
 * @param {string} url
 * @param {AbortSignal} signal
 * @returns {Promise<void>}
 */
export async function waitForApi(url, signal) {
  const deadline = Date.now() + TIMEOUT_MS;
  let latest = 'it does not answer';
  while (Date.now() < deadline) {
    try {
      const response = await fetch(`${url}/readyz`, {
        signal: AbortSignal.any([signal, AbortSignal.timeout(5000)]),
      });
      if (response.ok) return;
      latest = await response.text();
    } catch {
      signal.throwIfAborted();
    }
    await delay(50, undefined, { signal });
  }
  throw new Error(`The API is not ready after ${TIMEOUT_MS / 1000} s: ${latest}`);
}
