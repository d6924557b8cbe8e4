import { errorText } from './api.js';
import { element } from './element.js';

/** How long the browser may take to begin writing a file that is in memory, in milliseconds. */
const SAVING_MS = 60_000;
/** How long a large file may take until its first byte. */
const PATIENCE_MS = 60_000;

/**
 * Downloads a link's file with the session's token, which a plain link cannot send.
 * @param {import('./api.js').Api} api
 * @param {HTMLAnchorElement} link
 * @param {HTMLElement} errorAt
 */
export async function startDownload(api, { pathname, search, download }, errorAt) {
  try {
    const response = await api.request(`${pathname}${search}`, { patienceMs: PATIENCE_MS });
    const href = URL.createObjectURL(await response.blob());
    element('a', { href, download }).click();
    setTimeout(() => URL.revokeObjectURL(href), SAVING_MS);
    errorAt.textContent = '';
  } catch (error) {
    errorAt.textContent = errorText(error);
  }
}
