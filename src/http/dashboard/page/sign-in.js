/** Asks for a token after the service answered 401. */
import { errorText, ServiceError } from './api.js';
import { byId } from './element.js';
import { canBeToken, forgetToken, keepToken } from './session.js';

/** @typedef {import('./api.js').Api} Api */

const UNKNOWN = '401 UNAUTHENTICATED: the service does not know this token.';

/**
 * @param {Api} api
 * @param {string | null} refusedToken
 */
export function askForToken(api, refusedToken) {
  forgetToken();
  byId('sign-in', HTMLElement).hidden = false;
  byId('token-error', HTMLElement).textContent = refusedToken === null ? '' : UNKNOWN;
  const field = byId('token', HTMLInputElement);
  field.focus();
  byId('sign-in-form', HTMLFormElement).addEventListener('submit', (event) => {
    event.preventDefault();
    void signIn(api, field.value.trim());
  });
}

/**
 * @param {Api} api
 * @param {string} token
 */
async function signIn(api, token) {
  const error = await refusalOf(api, token);
  if (error === '') {
    keepToken(token);
    location.reload(); // a new page shows nothing that the previous token gave access to
    return;
  }
  byId('token-error', HTMLElement).textContent = error;
  const field = byId('token', HTMLInputElement);
  field.setAttribute('aria-invalid', 'true');
  field.select();
}

/**
 * Checks a token with the service.
 * @param {Api} api
 * @param {string} token
 * @returns {Promise<string>} The reason for which the token is refused. Empty when the token is valid.
 */
async function refusalOf(api, token) {
  if (!canBeToken(token)) return 'A token is one word of visible ASCII characters.';
  try {
    await api.request('/api/2.0/report/jobs?limit=1', { token });
    return '';
  } catch (error) {
    return error instanceof ServiceError && error.status === 401 ? UNKNOWN : errorText(error);
  }
}
