/**
 * Shows one job, updated by the job's events. The page's URL contains the job's id, so that users can bookmark and
 * share it.
 */
import { errorText } from './api.js';
import { showAttempts } from './attempts.js';
import { byId } from './element.js';
import { followJob } from './event-stream.js';
import { announcementOf, clearJob, renderJob } from './render-job.js';
import { repeat } from './repeat.js';
import { findKind } from './kinds.js';
import { createReport } from './report.js';

/** @typedef {import('./api.js').Api} Api */
/** @typedef {import('./kinds.js').Kind} Kind */
/** @typedef {import('./render-job.js').Job} Job */

const JOBS = '/api/2.0/report/jobs';
const LOOK_EVERY_MS = 3000;

/** @param {string} id */
export function jobAddress(id) {
  return `#job/${id}`;
}

/**
 * @param {Api} api
 * @param {{ kinds: readonly Kind[], signal: AbortSignal, token: () => string | null, onChange: () => void }} options
 *   `onChange` is called after the user changed a job in this view, and when the status of the shown job changes.
 * @returns {{ open: (id: string, note?: string) => void, refresh: () => void }}
 */
export function startJobView(api, { kinds, signal, token, onChange }) {
  const section = byId('job', HTMLElement);
  const report = createReport(api, { token });
  let shown = new AbortController();
  let look = async () => {};
  /** @type {Job | undefined} */
  let job;

  /** @param {string} note */
  function show(note) {
    shown.abort();
    shown = new AbortController();
    job = undefined;
    clearJob(note);
    report.clear();
    const id = idInAddress();
    section.hidden = id === undefined;
    if (id === undefined) return;
    const following = AbortSignal.any([signal, shown.signal]);
    void follow(`${JOBS}/${id}`, following);
    const errorAt = byId('job-look-error', HTMLElement);
    look = repeat(lookAgain, { everyMs: LOOK_EVERY_MS, signal: following, errorAt });
  }

  /**
   * @param {string} path
   * @param {AbortSignal} following Aborted when another job is shown.
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

  /**
   * Polls for two changes that cause no event: a new queue position of a QUEUED job, and a retry of a FAILED job, whose
   * event stream has ended.
   * @param {AbortSignal} round Aborted when the next poll begins.
   */
  async function lookAgain(round) {
    if (job?.status !== 'QUEUED' && job?.status !== 'FAILED') return;
    const state = await api.json(job.links.self, { signal: round });
    if (job.status === 'FAILED' && state.status !== 'FAILED') show('');
    else update(state, round);
  }

  /**
   * @param {Job} state
   * @param {AbortSignal} following Aborted when another job is shown.
   */
  function update(state, following) {
    if (following.aborted || (job !== undefined && state.version < job.version)) return;
    const isNews = state.status !== job?.status;
    const isNewAttempt = state.attempt_count !== job?.attempt_count;
    job = state;
    const kind = findKind(kinds, state.kind);
    renderJob(state, kind);
    const attempts = byId('job-attempts', HTMLDetailsElement);
    if ((isNews || isNewAttempt) && attempts.open) void showAttempts(api, state.job_id, following);
    if (isNews || isNewAttempt) void showCause(state, following);
    if (!isNews) return;
    byId('job-announcement', HTMLElement).textContent = announcementOf(state.status);
    if (state.status === 'SUCCEEDED' && kind !== undefined)
      report.show({ id: state.job_id, kind, signal: following });
    onChange();
  }

  /**
   * @param {Job} state
   * @param {AbortSignal} following Aborted when another job is shown.
   */
  async function showCause({ job_id: id, error }, following) {
    const query = 'query Cause($id: ID!) { job(id: $id) { errorDetail } }';
    const known = error && (await api.graphql(query, { id }, { signal: following }).catch(() => null));
    if (!following.aborted) byId('job-cause', HTMLElement).textContent = known?.job?.errorDetail ?? '';
  }

  /** @param {'cancel' | 'retry'} action */
  async function act(action) {
    if (job === undefined) return;
    const button = byId(`job-${action}`, HTMLButtonElement);
    const errorAt = byId('job-error', HTMLElement);
    button.disabled = true;
    try {
      const answer = await api.json(job.links[action], { method: 'POST' });
      errorAt.textContent = '';
      if (action === 'retry') show('The job will run again.');
      else update(answer, shown.signal);
      onChange();
    } catch (error) {
      errorAt.textContent = errorText(error);
    } finally {
      button.disabled = false;
      byId('job-title', HTMLElement).focus();
    }
  }

  /** Requests the same report as a new job. */
  async function requestAgain() {
    if (job === undefined) return;
    const errorAt = byId('job-error', HTMLElement);
    const filter = Object.fromEntries(Object.entries(job.filter).filter(([, value]) => value !== null));
    try {
      const accepted = await api.json(`/api/2.0/report/${job.kind}`, { method: 'POST', body: { filter } });
      open(accepted.job_id, 'Requested again, with the same filter.');
    } catch (error) {
      errorAt.textContent = errorText(error);
    }
  }

  byId('job-again', HTMLElement).addEventListener('click', () => void requestAgain(), { signal });
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

  /**
   * @param {string} id
   * @param {string} [note]
   */
  function open(id, note) {
    // The view is called directly, because `pushState` fires no `hashchange`.
    history.pushState(null, '', jobAddress(id));
    openShown(note);
  }

  return { open, refresh: () => void look() };
}

function idInAddress() {
  return /^#job\/([\w-]{1,64})$/.exec(location.hash)?.[1];
}
