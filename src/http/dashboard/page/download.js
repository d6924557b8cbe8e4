import { errorText } from './api.js';
import { element } from './element.js';

/** How long the browser may take to begin to save a file that is in memory, in milliseconds. */
const SAVING_MS = 60_000;
/** How long the response headers of a large file may take, in milliseconds. */
const PATIENCE_MS = 60_000;

/**
 * Downloads a link's file with the session's token, which the browser would not send for a link.
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
