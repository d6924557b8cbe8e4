/** The form that requests a report. The service checks the input, and its error messages are shown at the fields. */
import { errorText, ServiceError } from './api.js';
import { byId, element } from './element.js';
import { createField, valueIn } from './filter-form.js';
import { inFormTerms } from './format.js';
import { findKind } from './kinds.js';

/** @typedef {import('./api.js').Api} Api */
/** @typedef {import('./api.js').Mistake} Mistake */
/** @typedef {import('./filter-form.js').Field} Field */
/** @typedef {import('./kinds.js').Kind} Kind */

/** The maximum number of error messages shown at a field. */
const SHOWN_MISTAKES = 5;

/**
 * @param {Api} api
 * @param {{ kinds: readonly Kind[], onAccepted: (accepted: any) => void }} options
 */
export function startAsking(api, { kinds, onAccepted }) {
  const form = byId('ask-form', HTMLFormElement);
  const choice = byId('ask-kind', HTMLSelectElement);
  const button = byId('ask-submit', HTMLButtonElement);
  const keys = createKeys();
  /** @type {readonly Field[]} */
  let fields = [];

  function showKind() {
    const kind = findKind(kinds, choice.value);
    if (kind === undefined) return;
    byId('ask-kind-hint', HTMLElement).textContent = kind.description;
    const made = kind.filter.map(createField);
    byId('ask-fields', HTMLElement).replaceChildren(...made.map(({ place }) => place));
    fields = made;
    clearErrors(fields);
  }

  choice.replaceChildren(...kinds.map(({ name, title }) => element('option', { value: name }, title)));
  choice.addEventListener('change', showKind);
  showKind();

  form.addEventListener('submit', (event) => {
    event.preventDefault();
    clearErrors(fields);
    if (checkDates(fields)) void ask(`/api/2.0/report/${choice.value}`, requestBody(fields));
  });

  /**
   * @param {string} path
   * @param {{ filter: Record<string, unknown> }} body
   */
  async function ask(path, body) {
    const asked = fields;
    button.disabled = true;
    try {
      const headers = { 'idempotency-key': keys.of({ path, body }) };
      onAccepted(await api.json(path, { method: 'POST', body, headers }));
      keys.forget();
    } catch (error) {
      if (error instanceof ServiceError) keys.forget();
      showRefusal(error, asked, body.filter);
    } finally {
      button.disabled = false;
    }
  }
}

/**
 * Creates idempotency keys. A request keeps its key until it is answered, so that a second click creates no second job.
 */
function createKeys() {
  let known = { request: '', key: '' };
  return {
    /** @param {object} asked */
    of(asked) {
      const request = JSON.stringify(asked);
      if (known.request !== request) known = { request, key: randomKey() };
      return known.key;
    },
    forget() {
      known = { request: '', key: '' };
    },
  };
}

/** `crypto.randomUUID` is only available with TLS or on localhost. */
function randomKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** @param {readonly Field[]} fields */
function requestBody(fields) {
  const members = fields.map((field) => [field.member.restName, valueIn(field)]);
  return {
    filter: Object.fromEntries(members.filter(([, value]) => value !== undefined)),
    max_age_seconds: Number(byId('max-age', HTMLSelectElement).value),
  };
}

/**
 * Refuses incomplete dates. The service cannot: the browser gives an incomplete date an empty value, which means no
 * date.
 * @param {readonly Field[]} fields
 */
function checkDates(fields) {
  const unfinished = fields.filter(({ input }) => input.validity.badInput);
  for (const field of unfinished)
    showError(field, 'Is not complete: a date and a time are needed, or nothing.');
  focusFirstError();
  return unfinished.length === 0;
}

/**
 * @param {unknown} error
 * @param {readonly Field[]} fields
 * @param {Record<string, unknown>} filter The filter that was sent.
 */
function showRefusal(error, fields, filter) {
  const mistakes = error instanceof ServiceError ? error.mistakes : [];
  const members = fields.map(({ member }) => member);
  const isAt = (/** @type {Field} */ { member }, /** @type {Mistake} */ { pointer = '' }) =>
    `${pointer}/`.startsWith(`/filter/${member.restName}/`);
  for (const field of fields) {
    const own = mistakes.filter((mistake) => isAt(field, mistake)).slice(0, SHOWN_MISTAKES);
    const texts = own.map((mistake) => inFormTerms(complaint(mistake, filter), members));
    if (texts.length > 0) showError(field, texts.join('\n'));
  }
  const others = mistakes.filter((mistake) => !fields.some((field) => isAt(field, mistake)));
  const texts = mistakes.length === 0 ? [errorText(error)] : others.map(({ detail }) => detail);
  byId('ask-error', HTMLElement).textContent = texts.slice(0, SHOWN_MISTAKES).join('\n');
  focusFirstError();
}

/**
 * Turns `filter.ids.1 must be …` into a sentence for the field: `x must be …`, where `x` is the value at that index.
 * @param {Mistake} mistake
 * @param {Record<string, any>} filter
 */
function complaint({ pointer = '', detail }, filter) {
  const [, , name = '', index] = pointer.split('/');
  const rule = detail.slice(detail.indexOf(' ') + 1);
  if (index === undefined) return `${rule.charAt(0).toUpperCase()}${rule.slice(1)}`;
  return `${filter[name]?.[Number(index)]} ${rule}`;
}

/**
 * @param {Field} field
 * @param {string} text
 */
function showError({ input, errorAt }, text) {
  errorAt.textContent = text;
  input.setAttribute('aria-invalid', 'true');
}

/** @param {readonly Field[]} fields */
function clearErrors(fields) {
  byId('ask-error', HTMLElement).textContent = '';
  for (const { input, errorAt } of fields) {
    errorAt.textContent = '';
    input.removeAttribute('aria-invalid');
  }
}

function focusFirstError() {
  const field = document.querySelector('#ask-form [aria-invalid=true]');
  if (field instanceof HTMLElement) field.focus();
}
