/** The form that asks for a report. What it says is judged by the service, whose complaints stand at the fields. */
import { errorText, ServiceError } from './api.js';
import { byId } from './element.js';

/** @typedef {import('./api.js').Api} Api */
/** @typedef {import('./api.js').Mistake} Mistake */

/** Fields by where the request's body has them. */
const FIELDS = {
  '/filter/user_ids': 'user-ids',
  '/filter/created_from': 'created-from',
  '/filter/created_to': 'created-to',
};
/** Complaints shown at one field. */
const SHOWN_MISTAKES = 5;

/**
 * @param {Api} api
 * @param {{ onAccepted: (ticket: any) => void }} options
 */
export function startAsking(api, { onAccepted }) {
  const form = byId('ask-form', HTMLFormElement);
  const button = /** @type {HTMLButtonElement} */ (form.querySelector('button[type=submit]'));
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  byId('zone-hint', HTMLElement).textContent = `In your time zone, ${timeZone}`;
  const keys = createKeys();

  form.addEventListener('submit', (event) => {
    event.preventDefault();
    clearErrors();
    if (checkDates()) void ask(requestBody());
  });

  /** @param {ReturnType<typeof requestBody>} body */
  async function ask(body) {
    button.disabled = true;
    try {
      const headers = { 'idempotency-key': keys.of(body) };
      onAccepted(await api.json('/api/2.0/report/posts', { method: 'POST', body, headers }));
      keys.forget();
    } catch (error) {
      if (error instanceof ServiceError) keys.forget();
      showRefusal(error, body.filter.user_ids ?? []);
    } finally {
      button.disabled = false;
    }
  }
}

/** The same request keeps its key until it was answered, so that pressing again makes no second job. */
function createKeys() {
  let known = { request: '', key: '' };
  return {
    /** @param {object} body */
    of(body) {
      const request = JSON.stringify(body);
      if (known.request !== request) known = { request, key: randomKey() };
      return known.key;
    },
    forget() {
      known = { request: '', key: '' };
    },
  };
}

/** Not `crypto.randomUUID`, which is only there with TLS or on this machine. */
function randomKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

function requestBody() {
  const ids = byId('user-ids', HTMLInputElement).value;
  return {
    filter: {
      ...(ids.trim() === '' ? {} : { user_ids: idsIn(ids) }),
      ...member('created_from', instantOf('created-from')),
      ...member('created_to', instantOf('created-to')),
    },
    max_age_seconds: Number(byId('max-age', HTMLSelectElement).value),
  };
}

/**
 * What is no whole number goes as it is, for the service to complain about.
 * @param {string} text
 * @returns {(number | string)[]}
 */
function idsIn(text) {
  const words = text.split(/[\s,;]+/).filter(Boolean);
  return words.map((word) => (/^[+-]?\d{1,15}$/.test(word) ? Number(word) : word));
}

/** @param {string} id */
function instantOf(id) {
  const { value } = byId(id, HTMLInputElement);
  return value === '' ? undefined : new Date(value).toISOString();
}

/**
 * @param {string} name
 * @param {string | undefined} value
 */
function member(name, value) {
  return value === undefined ? {} : { [name]: value };
}

/** A date that was begun and not finished is no value at all, so the service could not complain about it. */
function checkDates() {
  const unfinished = ['created-from', 'created-to'].filter(
    (id) => byId(id, HTMLInputElement).validity.badInput,
  );
  for (const id of unfinished) showError(id, 'Is not complete: a date and a time are needed, or nothing.');
  focusFirstError();
  return unfinished.length === 0;
}

/**
 * @param {unknown} error
 * @param {readonly (number | string)[]} ids As they were sent.
 */
function showRefusal(error, ids) {
  const mistakes = error instanceof ServiceError ? error.mistakes : [];
  /** @type {Map<string, string[]>} */
  const found = new Map();
  for (const mistake of mistakes) {
    const place = Object.entries(FIELDS).find(([pointer]) => mistake.pointer?.startsWith(pointer));
    const id = place === undefined ? 'ask' : place[1];
    found.set(id, [...(found.get(id) ?? []), place === undefined ? mistake.detail : complaint(mistake, ids)]);
  }
  if (found.size === 0) found.set('ask', [errorText(error)]);
  for (const [id, texts] of found) showError(id, texts.slice(0, SHOWN_MISTAKES).join('\n'));
  focusFirstError();
}

/**
 * `filter.user_ids.1 must be …` as a sentence that stands at the field.
 * @param {Mistake} mistake
 * @param {readonly (number | string)[]} ids
 */
function complaint({ pointer = '', detail }, ids) {
  const index = /^\/filter\/user_ids\/(\d+)$/.exec(pointer)?.[1];
  const rule = detail.slice(detail.indexOf(' ') + 1);
  return index === undefined
    ? `${rule.charAt(0).toUpperCase()}${rule.slice(1)}`
    : `${ids[Number(index)]} ${rule}`;
}

/**
 * @param {string} id Of the field, or `ask` for the whole form.
 * @param {string} text
 */
function showError(id, text) {
  byId(`${id}-error`, HTMLElement).textContent = text;
  document.getElementById(id)?.setAttribute('aria-invalid', 'true');
}

function clearErrors() {
  for (const id of ['ask', ...Object.values(FIELDS)]) {
    byId(`${id}-error`, HTMLElement).textContent = '';
    document.getElementById(id)?.removeAttribute('aria-invalid');
  }
}

function focusFirstError() {
  const field = document.querySelector('#ask-form [aria-invalid=true]');
  if (field instanceof HTMLElement) field.focus();
}
