/** Shows the report of the shown job: totals, the first rows in the selected order, and links to the complete files. */
import { errorText } from './api.js';
import { startDownload } from './download.js';
import { byId, element, factList } from './element.js';
import { cellText, durationText, numberText, timeElement } from './format.js';
import { labelOf, typeOf } from './kinds.js';

/** @typedef {import('./api.js').Api} Api */
/** @typedef {import('./kinds.js').Kind} Kind */
/** @typedef {import('./kinds.js').Column} Column */
/** @typedef {{ column: Column, isDescending: boolean }} Order */
/** @typedef {{ id: string, kind: Kind, signal: AbortSignal }} Shown */

const PAGE = 20;
const FORMATS = ['csv', 'ndjson', 'json'];

/**
 * @param {Api} api
 * @param {{ token: () => string | null }} options
 */
export function createReport(api, { token }) {
  const section = byId('report', HTMLElement);
  const rows = byId('report-rows', HTMLElement);
  const more = byId('report-more', HTMLButtonElement);
  const errorAt = byId('report-error', HTMLElement);
  /** @type {Shown | undefined} */
  let shown;
  /** @type {Order | undefined} */
  let order;
  /** @type {string | null} */
  let after = null;

  /** @param {boolean} isFirstPage */
  async function load(isFirstPage) {
    const [asked, by] = [shown, order];
    if (asked === undefined || by === undefined) return;
    const variables = {
      id: asked.id,
      order: graphqlOrder(by),
      first: PAGE,
      after: isFirstPage ? null : after,
    };
    more.disabled = true;
    try {
      const { job } = await api.graphql(queryOf(asked.kind), variables, { signal: asked.signal });
      if (asked.signal.aborted || by !== order || asked !== shown) return;
      render(asked, by, job?.result, isFirstPage);
      errorAt.textContent = '';
    } catch (error) {
      if (!asked.signal.aborted) errorAt.textContent = errorText(error);
    } finally {
      more.disabled = false;
    }
  }

  /**
   * @param {Shown} asked
   * @param {Order} by
   * @param {any} report
   * @param {boolean} isFirstPage
   */
  function render({ id, kind }, by, report, isFirstPage) {
    byId('report-body', HTMLElement).hidden = !report;
    byId('report-expired', HTMLElement).hidden = Boolean(report);
    section.hidden = false;
    if (!report) return;
    const made = report.rows.nodes.map((/** @type {any} */ row) => rowOf(kind, row));
    if (isFirstPage) rows.replaceChildren(...made);
    else rows.append(...made);
    after = report.rows.pageInfo.endCursor;
    more.hidden = !report.rows.pageInfo.hasNextPage;
    byId('report-totals', HTMLElement).replaceChildren(...factList(totalsOf(kind, report)));
    byId('report-caption', HTMLElement).textContent =
      `${numberText(rows.childElementCount)} of ${numberText(report.rowCount)} rows`;
    markOrder(by);
    for (const format of FORMATS) {
      const link = byId(`download-${format}`, HTMLAnchorElement);
      link.href = `/api/2.0/report/jobs/${id}/result?format=${format}&order_by=${restOrder(by)}`;
      link.download = `${kind.name}-report-${id}.${format}`;
    }
  }

  /** @param {Column} column */
  function headOf(column) {
    const button = element('button', { type: 'button', title: column.description }, labelOf(column));
    button.addEventListener('click', () => {
      order = { column, isDescending: order?.column === column ? !order.isDescending : !column.isKey };
      void load(true);
    });
    const className = isNumber(column) ? 'number' : '';
    return element('th', { scope: 'col', className, dataset: { column: column.name } }, button);
  }

  more.addEventListener('click', () => void load(false));
  for (const format of FORMATS) {
    byId(`download-${format}`, HTMLAnchorElement).addEventListener('click', (event) => {
      if (token() === null) return; // the browser downloads the file itself, and streams it to the disk
      event.preventDefault();
      void startDownload(api, /** @type {HTMLAnchorElement} */ (event.currentTarget), errorAt);
    });
  }

  return {
    /** @param {Shown} result */
    show(result) {
      shown = result;
      const { columns } = result.kind;
      const column = columns.find(({ isKey }) => !isKey) ?? columns[0];
      order = column && { column, isDescending: !column.isKey };
      byId('report-head', HTMLElement).replaceChildren(...columns.map(headOf));
      void load(true);
    },
    clear() {
      shown = undefined;
      section.hidden = true;
      errorAt.textContent = '';
    },
  };
}

/** @param {Kind} kind */
function queryOf(kind) {
  const type = typeOf(kind);
  const names = (/** @type {readonly Column[]} */ columns) => columns.map(({ name }) => name).join(' ');
  return `query Result($id: ID!, $order: ${type}Order!, $first: Int!, $after: String) {
  job(id: $id) {
    result {
      rowCount asOf durationMs
      ... on ${type} {
        ${names(kind.columns.filter(({ isTotal }) => isTotal))}
        rows(orderBy: $order, first: $first, after: $after) {
          nodes { ${names(kind.columns)} }
          pageInfo { hasNextPage endCursor }
        }
      }
    }
  }
}`;
}

/**
 * @param {Kind} kind
 * @param {any} row
 */
function rowOf({ columns }, row) {
  const cells = columns.map((column) => {
    const className = isNumber(column) ? 'number' : column.type;
    const text = cellText(column, row[column.name]);
    return column.isKey
      ? element('th', { scope: 'row', className }, text)
      : element('td', { className }, text);
  });
  return element('tr', {}, ...cells);
}

/**
 * @param {Kind} kind
 * @param {any} report
 * @returns {[string, Node | string | null, string?][]}
 */
function totalsOf({ columns }, report) {
  /** @type {[string, string][]} */
  const totals = columns
    .filter(({ isTotal }) => isTotal)
    .map((column) => [labelOf(column), cellText(column, report[column.name])]);
  return [
    ...totals,
    ['Rows', numberText(report.rowCount)],
    ['Data as of', timeElement(report.asOf), 'small'],
    ['Took', durationText(report.durationMs), 'small'],
  ];
}

/** @param {Order} order */
function markOrder({ column, isDescending }) {
  for (const head of byId('report-head', HTMLElement).children) {
    if (head instanceof HTMLElement && head.dataset['column'] === column.name)
      head.setAttribute('aria-sort', isDescending ? 'descending' : 'ascending');
    else head.removeAttribute('aria-sort');
  }
}

/** @param {Column} column */
function isNumber({ isKey }) {
  return !isKey;
}

/** @param {Order} order */
function graphqlOrder({ column, isDescending }) {
  return `${column.restName.toUpperCase()}_${isDescending ? 'DESC' : 'ASC'}`;
}

/** @param {Order} order */
function restOrder({ column, isDescending }) {
  return `${isDescending ? '-' : ''}${column.restName}`;
}
