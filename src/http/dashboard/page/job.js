/** One job, followed live by its own events. Which one stands in the address, so that it can be kept and passed on. */
import { errorText } from './api.js';
import { showAttempts } from './attempts.js';
import { byId, factList, showChildren } from './element.js';
import { followJob } from './event-stream.js';
import { countText, filterText, numberText, timeAhead, timeElement, timeText } from './format.js';
import { repeat } from './repeat.js';
import { createReport } from './report.js';

/** @typedef {import('./api.js').Api} Api */

/**
 * As much of REST's job as is shown.
 * @typedef {object} Job
 * @property {string} job_id
 * @property {string} status
 * @property {number} version
 * @property {{ user_ids: readonly number[] | null, created_from: string | null, created_to: string | null }} filter
 * @property {{ processed_posts: number, total_posts: number | null, percent: number | null }} progress
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

const JOBS = '/api/2.0/report/jobs';
/** The place in the queue changes without the job changing, so that no event tells of it. */
const QUEUED_EVERY_MS = 3000;
const OPEN = ['QUEUED', 'RUNNING', 'RETRYING'];
const TITLE = document.title;

const NEWS = {
  QUEUED: 'The job waits for a worker.',
  RUNNING: 'The job is running.',
  RETRYING: 'An attempt failed; the job will be tried again.',
  SUCCEEDED: 'The report is ready.',
  FAILED: 'The job failed.',
  CANCELED: 'The job was canceled.',
};

/** @param {string} id */
export function jobAddress(id) {
  return `#job/${id}`;
}

/**
 * @param {Api} api
 * @param {{ signal: AbortSignal, token: () => string | null, onChange: () => void }} options `onChange` is called when
 *   a job was changed here, or the shown one changed its status.
 * @returns {{ open: (id: string, note?: string) => void }}
 */
export function startJobView(api, { signal, token, onChange }) {
  const section = byId('job', HTMLElement);
  const report = createReport(api, { token });
  let shown = new AbortController();
  /** @type {Job | undefined} */
  let job;

  /** @param {string} note */
  function show(note) {
    shown.abort();
    shown = new AbortController();
    job = undefined;
    clear(note);
    const id = idInAddress();
    section.hidden = id === undefined;
    if (id === undefined) return;
    const following = AbortSignal.any([signal, shown.signal]);
    void follow(`${JOBS}/${id}`, following);
    repeat((round) => refreshWhileQueued(round), {
      everyMs: QUEUED_EVERY_MS,
      signal: following,
      errorAt: byId('job-queue-error', HTMLElement),
    });
  }

  /** @param {string} note */
  function clear(note) {
    document.title = TITLE;
    report.clear();
    byId('job-note', HTMLElement).textContent = note;
    byId('job-error', HTMLElement).textContent = '';
    byId('job-news', HTMLElement).textContent = '';
    byId('job-body', HTMLElement).hidden = true;
    byId('job-attempts', HTMLDetailsElement).open = false;
    for (const id of ['job-status', 'job-cancel', 'job-retry']) byId(id, HTMLElement).hidden = true;
  }

  /**
   * @param {string} path
   * @param {AbortSignal} following
   */
  async function follow(path, following) {
    try {
      await followJob(api, `${path}/events`, {
        signal: following,
        onState: (state) => update(state, following),
      });
    } catch (error) {
      if (!following.aborted) byId('job-error', HTMLElement).textContent = errorText(error);
    }
  }

  /** @param {AbortSignal} round */
  async function refreshWhileQueued(round) {
    if (job?.status === 'QUEUED') update(await api.json(job.links.self, { signal: round }), round);
  }

  /**
   * @param {Job} state
   * @param {AbortSignal} following
   */
  function update(state, following) {
    if (following.aborted || (job !== undefined && state.version < job.version)) return;
    const isNews = state.status !== job?.status;
    const isNewAttempt = state.attempt_count !== job?.attempt_count;
    job = state;
    render(state);
    const attempts = byId('job-attempts', HTMLDetailsElement);
    if ((isNews || isNewAttempt) && attempts.open) void showAttempts(api, state.job_id, following);
    if (!isNews) return;
    byId('job-news', HTMLElement).textContent = newsOf(state.status);
    if (state.status === 'SUCCEEDED') report.show(state.job_id, following);
    onChange();
  }

  /** @param {'cancel' | 'retry'} action */
  async function act(action) {
    if (job === undefined) return;
    const button = byId(`job-${action}`, HTMLButtonElement);
    const errorAt = byId('job-error', HTMLElement);
    button.disabled = true;
    try {
      await api.request(job.links[action], { method: 'POST' });
      errorAt.textContent = '';
      if (action === 'retry') show('');
      onChange();
    } catch (error) {
      errorAt.textContent = errorText(error);
    } finally {
      button.disabled = false;
      byId('job-title', HTMLElement).focus();
    }
  }

  byId('job-cancel', HTMLElement).addEventListener('click', () => void act('cancel'), { signal });
  byId('job-retry', HTMLElement).addEventListener('click', () => void act('retry'), { signal });
  byId('job-close', HTMLElement).addEventListener(
    'click',
    () => {
      location.hash = '';
      byId('jobs-title', HTMLElement).focus();
    },
    { signal },
  );
  byId('job-attempts', HTMLElement).addEventListener(
    'toggle',
    () => {
      const { open } = byId('job-attempts', HTMLDetailsElement);
      if (open && job !== undefined) void showAttempts(api, job.job_id, shown.signal);
    },
    { signal },
  );
  window.addEventListener('hashchange', () => openShown(), { signal });
  show('');

  /** @param {string} [note] */
  function openShown(note = '') {
    show(note);
    if (section.hidden) return;
    byId('job-title', HTMLElement).focus({ preventScroll: true });
    section.scrollIntoView({ block: 'nearest' });
  }

  return {
    open(id, note) {
      // Not by way of `hashchange`, which is silent when the same job is asked for again.
      history.pushState(null, '', jobAddress(id));
      openShown(note);
    },
  };
}

function idInAddress() {
  return /^#job\/([\w-]{1,64})$/.exec(location.hash)?.[1];
}

/** @param {string} status */
function newsOf(status) {
  return Object.entries(NEWS).find(([known]) => known === status)?.[1] ?? status;
}

/** @param {Job} job */
function render(job) {
  const { status } = job;
  document.title = `${status.charAt(0)}${status.slice(1).toLowerCase()} · ${TITLE}`;
  const badge = byId('job-status', HTMLElement);
  badge.textContent = status;
  badge.dataset['status'] = status;
  badge.hidden = false;
  byId('job-cancel', HTMLElement).hidden = !OPEN.includes(status);
  byId('job-retry', HTMLElement).hidden = status !== 'FAILED';
  byId('job-body', HTMLElement).hidden = false;
  renderProgress(job);
  showChildren(byId('job-facts', HTMLElement), factList(factsOf(job)));
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
function progressText(status, { processed_posts: read, total_posts: total, percent }) {
  if (status === 'SUCCEEDED' || total === null) return `${countText(read, 'post')} read`;
  const share = percent === null ? '' : `${Math.floor(percent)} %: `;
  return `${share}${numberText(read)} of about ${countText(Math.max(total, read), 'post')} read`;
}

/**
 * @param {Job} job
 * @returns {[string, Node | string | null][]}
 */
function factsOf(job) {
  const { user_ids: userIds, created_from: createdFrom, created_to: createdTo } = job.filter;
  const isOpen = OPEN.includes(job.status);
  const estimate = job.estimated_completion_at;
  return [
    ['Id', job.job_id],
    ['Over', filterText({ userIds, createdFrom, createdTo })],
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
