/** The caller's jobs, newest first: an operator's are everybody's. */
import { byId, element, showChildren, showText, statusBadge } from './element.js';
import { countText, filterText, numberText, timeElement } from './format.js';
import { jobAddress } from './job.js';
import { repeat } from './repeat.js';

/** @typedef {import('./api.js').Api} Api */

const PAGE = 10;
const EVERY_MS = 4000;

const QUERY = `query Jobs($status: [ReportJobStatus!], $first: Int!, $after: String) {
  jobs(status: $status, first: $first, after: $after) {
    totalCount
    nodes {
      id status createdAt requestedBy
      filter { userIds createdFrom createdTo }
      progress { processedPosts percent }
    }
    pageInfo { hasNextPage endCursor }
  }
}`;

/**
 * @typedef {object} ListedJob
 * @property {string} id
 * @property {string} status
 * @property {string} createdAt
 * @property {string} requestedBy
 * @property {import('./format.js').Filter} filter
 * @property {{ processedPosts: number, percent: number | null }} progress
 */

/**
 * @param {Api} api
 * @param {{ signal: AbortSignal }} options
 * @returns {{ refresh: () => void }}
 */
export function startJobList(api, { signal }) {
  const filter = byId('jobs-status', HTMLSelectElement);
  const newer = byId('jobs-newer', HTMLButtonElement);
  const older = byId('jobs-older', HTMLButtonElement);
  /**
   * The cursors that led here; null is the first page.
   * @type {(string | null)[]}
   */
  let cursors = [null];
  /** @type {string | null} */
  let next = null;

  /** @param {AbortSignal} round */
  async function load(round) {
    const status = filter.value === '' ? null : [filter.value];
    const variables = { status, first: PAGE, after: cursors.at(-1) ?? null };
    const { jobs } = await api.graphql(QUERY, variables, { signal: round });
    if (round.aborted) return;
    next = jobs.pageInfo.hasNextPage ? jobs.pageInfo.endCursor : null;
    newer.disabled = cursors.length === 1;
    older.disabled = next === null;
    const first = (cursors.length - 1) * PAGE + 1;
    const last = first + jobs.nodes.length - 1;
    const shown = `${numberText(first)} to ${numberText(last)} of ${countText(jobs.totalCount, 'job')}`;
    showText(byId('jobs-caption', HTMLElement), jobs.nodes.length === 0 ? 'None yet' : shown);
    showChildren(byId('jobs-rows', HTMLElement), jobs.nodes.map(rowOf));
    markCurrent();
  }

  const refresh = repeat(load, { everyMs: EVERY_MS, signal, errorAt: byId('jobs-error', HTMLElement) });

  filter.addEventListener(
    'change',
    () => {
      cursors = [null];
      void refresh();
    },
    { signal },
  );
  newer.addEventListener(
    'click',
    () => {
      if (cursors.length > 1) cursors.pop(); // it is disabled on the first page, but only once that has come
      void refresh();
    },
    { signal },
  );
  older.addEventListener(
    'click',
    () => {
      if (next !== null) cursors.push(next);
      next = null;
      void refresh();
    },
    { signal },
  );
  window.addEventListener('hashchange', markCurrent, { signal });
  return { refresh: () => void refresh() };
}

/** The row of the job that is shown beside the list. */
function markCurrent() {
  for (const link of document.querySelectorAll('#jobs-rows a')) {
    const isCurrent = link.getAttribute('href') === location.hash;
    link.closest('tr')?.classList.toggle('current', isCurrent);
    if (isCurrent) link.setAttribute('aria-current', 'true');
    else link.removeAttribute('aria-current');
  }
}

/** @param {ListedJob} job */
function rowOf({ id, status, createdAt, requestedBy, filter, progress }) {
  const by = requestedBy === 'anonymous' ? '' : ` by ${requestedBy}`;
  const link = element('a', { href: jobAddress(id), id: `job-${id}` }, timeElement(createdAt));
  const isRunning = status === 'RUNNING' && progress.percent !== null;
  return element(
    'tr',
    {},
    element('td', {}, link, element('small', {}, `${filterText(filter)}${by}`)),
    element('td', {}, statusBadge(status)),
    element(
      'td',
      { className: 'number' },
      numberText(progress.processedPosts),
      isRunning ? element('small', {}, `${Math.floor(progress.percent ?? 0)} %`) : null,
    ),
  );
}
