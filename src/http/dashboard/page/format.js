/** Formats values for display: numbers in the format of the browser's language, times in the browser's time zone. */
import { element } from './element.js';
import { labelOf } from './kinds.js';

/** @typedef {import('./kinds.js').Kind} Kind */
/** @typedef {import('./kinds.js').Column} Column */
/** @typedef {import('./kinds.js').Member} Member */

const NUMBER = new Intl.NumberFormat();
const TIME = new Intl.DateTimeFormat(undefined, { timeStyle: 'medium' });
const DATE_TIME = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' });
const INSTANT = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g;
/** The maximum number of a list's values that are shown. */
const SHOWN_VALUES = 5;

export const TIME_ZONE = Intl.DateTimeFormat().resolvedOptions().timeZone;

/** @param {number} count */
export function numberText(count) {
  return NUMBER.format(count);
}

/**
 * @param {number} count
 * @param {string} one
 * @param {string} [many]
 */
export function countText(count, one, many = `${one}s`) {
  return `${numberText(count)} ${count === 1 ? one : many}`;
}

/**
 * The text of a value in a report. Keys such as ids have no thousands separators.
 * @param {Column} column
 * @param {number | string} value
 */
export function cellText({ isKey, scale }, value) {
  if (isKey || typeof value === 'string') return String(value);
  return value.toLocaleString(undefined, { minimumFractionDigits: scale, maximumFractionDigits: scale });
}

/**
 * An element that shows a time in the browser's time zone. Its title is the instant in UTC.
 * @param {string | null} instant
 * @returns {HTMLElement | null}
 */
export function timeElement(instant) {
  if (instant === null) return null;
  return element('time', { dateTime: instant, title: instant }, timeText(instant));
}

/** @param {string} instant */
export function timeText(instant) {
  const date = new Date(instant);
  const isToday = date.toDateString() === new Date().toDateString();
  return (isToday ? TIME : DATE_TIME).format(date);
}

/**
 * Rewrites an error message of the service for the form: replaces names of members by their labels, and UTC times by
 * local times.
 * @param {string} message
 * @param {readonly Member[]} members
 */
export function inFormTerms(message, members) {
  const local = message.replace(INSTANT, (instant) => DATE_TIME.format(new Date(instant)));
  return members.reduce(
    (text, member) => text.replaceAll(RegExp(`\\b${member.restName}\\b`, 'g'), `“${labelOf(member)}”`),
    local,
  );
}

/**
 * The time until an instant. An instant in the past is "any moment", because the clocks of browser and service may
 * differ.
 * @param {string} instant
 */
export function timeAhead(instant) {
  const seconds = Math.round((Date.parse(instant) - Date.now()) / 1000);
  if (seconds < 1) return 'any moment';
  return seconds < 120 ? `in about ${seconds} s` : `in about ${Math.round(seconds / 60)} min`;
}

/** @param {number} milliseconds */
export function durationText(milliseconds) {
  return milliseconds < 1000 ? `${milliseconds} ms` : `${numberText(Math.round(milliseconds / 100) / 10)} s`;
}

/**
 * The text of a job's filter, with the labels of the form.
 * @param {Kind | undefined} kind Undefined when the service does not know the job's kind.
 * @param {Record<string, any>} filter Its members are named as in GraphQL or as in REST.
 */
export function filterText(kind, filter) {
  if (kind === undefined) return '';
  const parts = kind.filter.flatMap((member) => {
    const value = filter[member.name] ?? filter[member.restName] ?? null;
    return value === null ? [] : [`${labelOf(member)}: ${valueText(member, value)}`];
  });
  return parts.length === 0 ? 'all rows' : parts.join(', ');
}

/**
 * @param {Member} member
 * @param {any} value
 */
function valueText({ type, isList }, value) {
  const one = (/** @type {any} */ entry) => (type === 'instant' ? timeText(entry) : String(entry));
  if (!isList) return one(value);
  const rest = value.length - SHOWN_VALUES;
  const shown = value.slice(0, SHOWN_VALUES).map(one).join(' ');
  return rest > 0 ? `${shown} and ${numberText(rest)} more` : shown;
}
