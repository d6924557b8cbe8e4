/** The sessionStorage key of the token. Each browser tab has its own token, or none while authentication is off. */
const KEY = 'posts-report.token';

/** The characters that may follow `Bearer ` in an Authorization header. */
const TOKEN = /^[\x21-\x7e]+$/;

/** @returns {string | null} */
export function sessionToken() {
  return sessionStorage.getItem(KEY);
}

/** @param {string} token */
export function keepToken(token) {
  sessionStorage.setItem(KEY, token);
}

export function forgetToken() {
  sessionStorage.removeItem(KEY);
}

/** @param {string} text */
export function canBeToken(text) {
  return TOKEN.test(text);
}
