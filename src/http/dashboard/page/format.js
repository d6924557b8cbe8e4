/** What the service says, for people. */
import { element } from './element.js';

/** @typedef {{ userIds: readonly number[] | null, createdFrom: string | null, createdTo: string | null }} Filter */

const NUMBER = new Intl.NumberFormat('en');
const TIME = new Intl.DateTimeFormat('en-GB', { timeStyle: 'medium' });
const DATE_TIME = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'medium' });
/** Of a long list of user ids. */
const SHOWN_IDS = 5;

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
 * In the reader's time zone; the exact moment can be pointed at.
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
 * From now on; clocks differ, so it is never said of the past.
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

/** @param {Filter} filter */
export function filterText({ userIds, createdFrom, createdTo }) {
  const parts = [
    userIds && usersText(userIds),
    createdFrom && `from ${timeText(createdFrom)}`,
    createdTo && `before ${timeText(createdTo)}`,
  ].filter(Boolean);
  return parts.length === 0 ? 'all posts' : parts.join(', ');
}

/** @param {readonly number[]} ids */
function usersText(ids) {
  const shown = ids.slice(0, SHOWN_IDS).join(' ');
  const rest = ids.length - SHOWN_IDS;
  return `${ids.length === 1 ? 'user' : 'users'} ${shown}${rest > 0 ? ` and ${numberText(rest)} more` : ''}`;
}
