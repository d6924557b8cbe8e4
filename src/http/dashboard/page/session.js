/** Who asks: a token of this browser tab, or none while the service wants none. */
const KEY = 'posts-report.token';

/** What can stand in an Authorization header after `Bearer `. */
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
