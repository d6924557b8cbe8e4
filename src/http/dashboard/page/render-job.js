import { byId, factList, showChildren } from './element.js';
import { countText, filterText, numberText, timeAhead, timeElement, timeText } from './format.js';

/** @typedef {import('./kinds.js').Kind} Kind */

/**
 * The members that are shown of a job in the REST API.
 * @typedef {object} Job
 * @property {string} job_id
 * @property {string} kind
 * @property {string} status
 * @property {number} version
 * @property {Record<string, unknown>} filter
 * @property {{ processed_rows: number, total_rows: number | null, percent: number | null }} progress
 * @property {number | null} queue_position
 * @property {string | null} estimated_completion_at
 * @property {number} attempt_count
 * @property {number} max_attempts
 * @property {string | null} next_attempt_at
 * @property {{ code: string, message: string } | null} error
 * @property {string} created_at
 * @property {string | null} completed_at
 * @property {string | null} expires_at
 * @property {Record<'self' | 'result' | 'events' | 'cancel' | 'retry', string>} links
 */

const OPEN = ['QUEUED', 'RUNNING', 'RETRYING'];
const TITLE = document.title;

const ANNOUNCEMENTS = {
  QUEUED: 'The job waits for a worker.',
  RUNNING: 'The job is running.',
  RETRYING: 'An attempt failed; the job will be tried again.',
  SUCCEEDED: 'The report is ready.',
  FAILED: 'The job failed.',
  CANCELED: 'The job was canceled.',
};

/**
 * The text that screen readers announce for a new status.
 * @param {string} status
 */
export function announcementOf(status) {
  return Object.entries(ANNOUNCEMENTS).find(([known]) => known === status)?.[1] ?? status;
}

/** @param {string} note Shown until another job is shown. */
export function clearJob(note) {
  document.title = TITLE;
  byId('job-note', HTMLElement).textContent = note;
  for (const id of ['job-error', 'job-look-error', 'job-announcement', 'job-cause'])
    byId(id, HTMLElement).textContent = '';
  for (const id of ['job-body', 'job-status', 'job-cancel', 'job-retry', 'job-again'])
    byId(id, HTMLElement).hidden = true;
  byId('job-attempts', HTMLDetailsElement).open = false;
}

/**
 * @param {Job} job
 * @param {Kind | undefined} kind
 */
export function renderJob(job, kind) {
  const { status } = job;
  document.title = `${status.charAt(0)}${status.slice(1).toLowerCase()} · ${TITLE}`;
  const badge = byId('job-status', HTMLElement);
  badge.textContent = status;
  badge.dataset['status'] = status;
  badge.hidden = false;
  byId('job-cancel', HTMLElement).hidden = !OPEN.includes(status);
  byId('job-retry', HTMLElement).hidden = status !== 'FAILED';
  byId('job-again', HTMLElement).hidden = status !== 'CANCELED' && status !== 'SUCCEEDED';
  byId('job-body', HTMLElement).hidden = false;
  renderProgress(job);
  showChildren(byId('job-facts', HTMLElement), factList(factsOf(job, kind)));
}

/** @param {Job} job */
function renderProgress({ status, progress }) {
  const { percent } = progress;
  const bar = byId('job-bar', HTMLProgressElement);
  if (percent === null) bar.removeAttribute('value');
  else bar.value = percent;
  byId('job-progress', HTMLElement).hidden = !['RUNNING', 'SUCCEEDED'].includes(status);
  byId('job-progress-text', HTMLElement).textContent = progressText(status, progress);
}

/**
 * @param {string} status
 * @param {Job['progress']} progress
 */
function progressText(status, { processed_rows: read, total_rows: total, percent }) {
  if (status === 'SUCCEEDED' || total === null) return `${countText(read, 'row')} read`;
  const share = percent === null ? '' : `${Math.floor(percent)} %: `;
  return `${share}${numberText(read)} of about ${countText(Math.max(total, read), 'row')} read`;
}

/**
 * @param {Job} job
 * @param {Kind | undefined} kind
 * @returns {[string, Node | string | null][]}
 */
function factsOf(job, kind) {
  const isOpen = OPEN.includes(job.status);
  const estimate = job.estimated_completion_at;
  return [
    ['Id', job.job_id],
    ['Report', kind?.title ?? `${job.kind}, which this service does not know`],
    ['Filter', filterText(kind, job.filter) || null],
    ['Requested', timeElement(job.created_at)],
    ['Place in the queue', job.queue_position === null ? null : placeText(job.queue_position)],
    ['Done', isOpen && estimate ? `${timeAhead(estimate)} (${timeText(estimate)})` : null],
    ['Next attempt', timeElement(job.next_attempt_at)],
    ['Attempts', `${job.attempt_count} of at most ${job.max_attempts}`],
    ['Last error', job.error && `${job.error.code}: ${job.error.message}`],
    ['Ended', timeElement(job.completed_at)],
    ['Kept until', timeElement(job.expires_at)],
  ];
}

/** @param {number} position */
function placeText(position) {
  return position === 1 ? 'next' : `${numberText(position)}, ${numberText(position - 1)} before it`;
}
