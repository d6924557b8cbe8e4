/**
 * Lists the jobs that the caller may see, newest first. The page's URL contains the selected filter and the page of the
 * list.
 */
import { byId, element, showChildren, showText, statusBadge } from './element.js';
import { countText, filterText, numberText, timeText } from './format.js';
import { jobAddress } from './job.js';
import { filterSelection, findKind } from './kinds.js';
import { repeat } from './repeat.js';

/** @typedef {import('./api.js').Api} Api */
/** @typedef {import('./kinds.js').Kind} Kind */

const PAGE = 10;
const EVERY_MS = 4000;
/** Only the last characters of an id are shown, because ids of the same millisecond differ only there. */
const ID_END = -6;

/** @param {readonly Kind[]} kinds */
function queryOf(kinds) {
  return `query Jobs($kind: String, $status: [ReportJobStatus!], $first: Int!, $after: String) {
  jobs(kind: $kind, status: $status, first: $first, after: $after) {
    totalCount
    nodes {
      id kind status createdAt requestedBy ${filterSelection(kinds)}
      progress { processedRows percent }
    }
    pageInfo { hasNextPage endCursor }
  }
}`;
}

/**
 * @typedef {object} ListedJob
 * @property {string} id
 * @property {string} kind
 * @property {string} status
 * @property {string} createdAt
 * @property {string} requestedBy
 * @property {Record<string, unknown>} [filter]
 * @property {{ processedRows: number, percent: number | null }} progress
 */

/**
 * @param {Api} api
 * @param {{ kinds: readonly Kind[], signal: AbortSignal }} options
 * @returns {{ refresh: () => void }}
 */
export function startJobList(api, { kinds, signal }) {
  const kindFilter = byId('jobs-kind', HTMLSelectElement);
  const statusFilter = byId('jobs-status', HTMLSelectElement);
  const newer = byId('jobs-newer', HTMLButtonElement);
  const older = byId('jobs-older', HTMLButtonElement);
  const query = queryOf(kinds);
  kindFilter.append(...kinds.map(({ name, title }) => element('option', { value: name }, title)));
  const kept = new URLSearchParams(location.search);
  kindFilter.value = kept.get('kind') ?? '';
  statusFilter.value = kept.get('status') ?? '';
  for (const filter of [kindFilter, statusFilter]) if (filter.selectedIndex < 0) filter.value = '';
  /**
   * The `after` cursors of the pages from the second to the shown one. Empty on the first page.
   * @type {string[]}
   */
  let cursors = kept.getAll('after');
  /** @type {string | null} */
  let next = null;

  /** @param {AbortSignal} round Aborted when the next load begins. */
  async function load(round) {
    const variables = {
      kind: kindFilter.value || null,
      status: statusFilter.value ? [statusFilter.value] : null,
      first: PAGE,
      after: cursors.at(-1) ?? null,
    };
    const { jobs } = await api.graphql(query, variables, { signal: round });
    if (round.aborted) return;
    next = jobs.pageInfo.hasNextPage ? jobs.pageInfo.endCursor : null;
    newer.disabled = cursors.length === 0;
    older.disabled = next === null;
    const first = cursors.length * PAGE + 1;
    const last = first + jobs.nodes.length - 1;
    const shown = `${numberText(first)} to ${numberText(last)} of ${countText(jobs.totalCount, 'job')}`;
    showText(byId('jobs-caption', HTMLElement), jobs.nodes.length === 0 ? whyEmpty() : shown);
    const rows = jobs.nodes.map((/** @type {ListedJob} */ job) => rowOf(job, findKind(kinds, job.kind)));
    showChildren(byId('jobs-rows', HTMLElement), rows);
    markCurrent();
  }

  function whyEmpty() {
    if (cursors.length > 0) return 'No job is left on this page.';
    const isFiltered = kindFilter.value !== '' || statusFilter.value !== '';
    return isFiltered ? 'No job matches the chosen report and status.' : 'No job was requested yet.';
  }

  const refresh = repeat(load, { everyMs: EVERY_MS, signal, errorAt: byId('jobs-error', HTMLElement) });

  /** @param {string[]} led */
  function turnTo(led) {
    cursors = led;
    next = null;
    const chosen = [
      ['kind', kindFilter.value],
      ['status', statusFilter.value],
      ...cursors.map((cursor) => ['after', cursor]),
    ];
    const search = new URLSearchParams(chosen.filter(([, value]) => value !== '')).toString();
    history.replaceState(null, '', `${location.pathname}${search && `?${search}`}${location.hash}`);
    void refresh();
  }

  for (const filter of [kindFilter, statusFilter])
    filter.addEventListener('change', () => turnTo([]), { signal });
  newer.addEventListener('click', () => turnTo(cursors.slice(0, -1)), { signal });
  older.addEventListener('click', () => turnTo(next === null ? cursors : [...cursors, next]), { signal });
  window.addEventListener('hashchange', markCurrent, { signal });
  return { refresh: () => void refresh() };
}

/** Marks the row of the job that the job view shows. */
function markCurrent() {
  for (const link of document.querySelectorAll('#jobs-rows a')) {
    const isCurrent = link.getAttribute('href') === location.hash;
    link.closest('tr')?.classList.toggle('current', isCurrent);
    if (isCurrent) link.setAttribute('aria-current', 'true');
    else link.removeAttribute('aria-current');
  }
}

/**
 * @param {ListedJob} job
 * @param {Kind | undefined} kind
 */
function rowOf({ id, kind: kindName, status, createdAt, requestedBy, filter = {}, progress }, kind) {
  const by = requestedBy === 'anonymous' ? '' : `requested by ${requestedBy}`;
  const link = element(
    'a',
    { href: jobAddress(id), id: `job-${id}` },
    element('time', { dateTime: createdAt, title: createdAt }, timeText(createdAt)),
    ` · ${id.slice(ID_END)}`,
  );
  const about = [kind?.title ?? kindName, filterText(kind, filter), by].filter(Boolean).join(' · ');
  const isRunning = status === 'RUNNING' && progress.percent !== null;
  return element(
    'tr',
    {},
    element('td', {}, link, element('small', {}, about)),
    element('td', {}, statusBadge(status)),
    element(
      'td',
      { className: 'number' },
      numberText(progress.processedRows),
      isRunning ? element('small', {}, `${Math.floor(progress.percent ?? 0)} %`) : null,
    ),
  );
}
