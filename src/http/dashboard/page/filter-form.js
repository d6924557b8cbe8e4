/** Creates the inputs of a report's filter from the description of its members. */
import { element } from './element.js';
import { TIME_ZONE } from './format.js';
import { labelOf } from './kinds.js';

/** @typedef {import('./kinds.js').Member} Member */
/** @typedef {HTMLInputElement | HTMLTextAreaElement} Input */

/**
 * @typedef {object} Field
 * @property {Member} member
 * @property {Input} input
 * @property {HTMLElement} errorAt Shows the error messages of the field.
 */

const HINTS = { number: 'Numbers with commas or spaces between them', text: 'One a line' };

/**
 * @param {Member} member
 * @returns {Field & { place: HTMLElement }}
 */
export function createField(member) {
  const id = `filter-${member.restName}`;
  const input = inputOf(member);
  Object.assign(input, { id, autocomplete: 'off' });
  input.setAttribute('aria-describedby', `${id}-hint ${id}-error`);
  const hint = element('p', { className: 'hint', id: `${id}-hint` }, hintOf(member));
  const errorAt = element('p', { className: 'error', id: `${id}-error`, role: 'alert' });
  if (member.type === 'instant') {
    const utc = element('span', {});
    hint.append(utc);
    input.addEventListener('input', () => {
      utc.textContent = input.value === '' ? '' : ` = ${instantOf(input.value)}`;
    });
  }
  const label = element('label', { htmlFor: id }, labelOf(member));
  const className = member.type === 'instant' ? 'field' : 'field wide';
  return { member, input, errorAt, place: element('div', { className }, label, input, hint, errorAt) };
}

/**
 * The field's value for the request body. In a number field, text that is not a number stays a string, so that the
 * service reports the error.
 * @param {Field} field
 * @returns {unknown} Undefined when the field is empty.
 */
export function valueIn({ member, input: { value } }) {
  if (value.trim() === '') return undefined;
  if (member.type === 'instant') return instantOf(value);
  if (!member.isList) return scalarOf(member, member.type === 'text' ? value : value.trim());
  const entries = member.type === 'text' ? value.split('\n') : value.split(/[\s,;]+/);
  return entries.filter((entry) => entry !== '').map((entry) => scalarOf(member, entry));
}

/**
 * @param {Member} member
 * @returns {Input}
 */
function inputOf({ type, isList }) {
  if (type === 'text' && isList) return element('textarea', { rows: 3, placeholder: 'all' });
  if (type === 'instant') return element('input', { type: 'datetime-local', step: '1' });
  return element('input', { type: 'text', placeholder: 'all' });
}

/** @param {Member} member */
function hintOf({ type, isList, description }) {
  if (type === 'instant') return `${description} In your time zone, ${TIME_ZONE}`;
  return isList ? `${description} ${HINTS[type === 'text' ? 'text' : 'number']}` : description;
}

/**
 * @param {Member} member
 * @param {string} text
 */
function scalarOf({ type }, text) {
  const isNumber = type === 'decimal' ? /^[+-]?\d+(\.\d+)?$/ : /^[+-]?\d{1,16}$/;
  return type !== 'text' && isNumber.test(text) ? Number(text) : text;
}

/** @param {string} local */
function instantOf(local) {
  return new Date(local).toISOString().replace('.000Z', 'Z');
}
