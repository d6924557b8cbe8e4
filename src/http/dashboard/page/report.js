/** The result of the job that is shown: sums, the first rows by any order, and files of all of them. */
import { errorText } from './api.js';
import { startDownload } from './download.js';
import { byId, element, factList } from './element.js';
import { durationText, numberText, timeElement } from './format.js';

/** @typedef {import('./api.js').Api} Api */

const PAGE = 20;
const FORMATS = ['csv', 'ndjson', 'json'];

const QUERY = `query Report($id: ID!, $order: PostsReportOrder!, $first: Int!, $after: String) {
  job(id: $id) {
    report {
      totalUsers totalPosts totalWords asOf durationMs
      rows(orderBy: $order, first: $first, after: $after) {
        nodes { userId totalWords totalPosts }
        pageInfo { hasNextPage endCursor }
      }
    }
  }
}`;

/**
 * @param {Api} api
 * @param {{ token: () => string | null }} options
 */
export function createReport(api, { token }) {
  const section = byId('report', HTMLElement);
  const order = byId('report-order', HTMLSelectElement);
  const rows = byId('report-rows', HTMLElement);
  const more = byId('report-more', HTMLButtonElement);
  const errorAt = byId('report-error', HTMLElement);
  let jobId = '';
  let signal = AbortSignal.abort();
  /** @type {string | null} */
  let after = null;

  /** @param {boolean} isFirstPage */
  async function load(isFirstPage) {
    const asked = `${jobId} ${order.value}`;
    const options = { signal };
    const variables = { id: jobId, order: order.value, first: PAGE, after: isFirstPage ? null : after };
    more.disabled = true;
    try {
      const { job } = await api.graphql(QUERY, variables, options);
      if (options.signal.aborted || asked !== `${jobId} ${order.value}`) return;
      render(job?.report, isFirstPage);
      errorAt.textContent = '';
    } catch (error) {
      if (!options.signal.aborted) errorAt.textContent = errorText(error);
    } finally {
      more.disabled = false;
    }
  }

  /**
   * @param {any} report
   * @param {boolean} isFirstPage
   */
  function render(report, isFirstPage) {
    byId('report-body', HTMLElement).hidden = !report;
    byId('report-expired', HTMLElement).hidden = Boolean(report);
    section.hidden = false;
    if (!report) return;
    const made = report.rows.nodes.map(rowOf);
    if (isFirstPage) rows.replaceChildren(...made);
    else rows.append(...made);
    after = report.rows.pageInfo.endCursor;
    more.hidden = !report.rows.pageInfo.hasNextPage;
    byId('report-totals', HTMLElement).replaceChildren(...factList(totalsOf(report)));
    byId('report-caption', HTMLElement).textContent =
      `${numberText(rows.childElementCount)} of ${numberText(report.totalUsers)} rows`;
    for (const format of FORMATS) address(format);
  }

  /** @param {string} format */
  function address(format) {
    const link = byId(`download-${format}`, HTMLAnchorElement);
    link.href = `/api/2.0/report/jobs/${jobId}/result?format=${format}&order_by=${restOrder(order.value)}`;
    link.download = `posts-report-${jobId}.${format}`;
  }

  order.addEventListener('change', () => void load(true));
  more.addEventListener('click', () => void load(false));
  for (const format of FORMATS) {
    byId(`download-${format}`, HTMLAnchorElement).addEventListener('click', (event) => {
      if (token() === null) return; // the browser does it, and streams it to the disk
      event.preventDefault();
      void startDownload(api, /** @type {HTMLAnchorElement} */ (event.currentTarget), errorAt);
    });
  }

  return {
    /**
     * @param {string} id
     * @param {AbortSignal} shown
     */
    show(id, shown) {
      jobId = id;
      signal = shown;
      void load(true);
    },
    clear() {
      section.hidden = true;
      errorAt.textContent = '';
    },
  };
}

/** @param {{ userId: number, totalWords: number, totalPosts: number }} row */
function rowOf({ userId, totalWords, totalPosts }) {
  const cell = (/** @type {string} */ text) => element('td', { className: 'number' }, text);
  return element(
    'tr',
    {},
    element('th', { scope: 'row' }, String(userId)),
    cell(numberText(totalWords)),
    cell(numberText(totalPosts)),
  );
}

/**
 * @param {any} report
 * @returns {[string, Node | string | null, string?][]}
 */
function totalsOf(report) {
  return [
    ['Words', numberText(report.totalWords)],
    ['Posts', numberText(report.totalPosts)],
    ['Users', numberText(report.totalUsers)],
    ['State of', timeElement(report.asOf), 'small'],
    ['Took', durationText(report.durationMs), 'small'],
  ];
}

/**
 * `TOTAL_WORDS_DESC` is `-total_words` there.
 * @param {string} order
 */
function restOrder(order) {
  const [, column = '', direction] = /^(\w+)_(ASC|DESC)$/.exec(order) ?? [];
  return `${direction === 'DESC' ? '-' : ''}${column.toLowerCase()}`;
}
