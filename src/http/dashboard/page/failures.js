/** What failed: by cause (for operators) and the latest, each with a way to run it again. */
import { errorText, ServiceError } from './api.js';
import { byId, element, showChildren, showText } from './element.js';
import { countText, timeElement } from './format.js';
import { jobAddress } from './job.js';
import { repeat } from './repeat.js';

/** @typedef {import('./api.js').Api} Api */

const PAGE = 5;
const MAX_RETRIED = 1000;
const EVERY_MS = 10_000;

const GROUPS = `{
  failedJobGroups { fingerprint errorCode message count firstSeenAt lastSeenAt sample { id } }
}`;
const LATEST = `query Failures($first: Int!) {
  failedJobs(first: $first) {
    totalCount
    nodes { id errorCode errorMessage completedAt attemptCount requestedBy }
  }
}`;
const RETRY_GROUP = `mutation RetryGroup($fingerprint: ID!, $limit: Int!) {
  retryFailedJobs(fingerprint: $fingerprint, limit: $limit) {
    matchedCount affectedCount userErrors { message code }
  }
}`;

/**
 * @param {Api} api
 * @param {{ signal: AbortSignal, onRetry: () => void }} options
 * @returns {{ refresh: () => void }}
 */
export function startFailures(api, { signal, onRetry }) {
  const errorAt = byId('failures-error', HTMLElement);
  const more = byId('failed-more', HTMLButtonElement);
  let isOperator = true;
  let shown = PAGE;

  /** @param {AbortSignal} round */
  async function load(round) {
    await Promise.all([isOperator ? loadGroups(round) : undefined, loadLatest(round)]);
  }

  /** @param {AbortSignal} round */
  async function loadGroups(round) {
    try {
      const { failedJobGroups: groups } = await api.graphql(GROUPS, {}, { signal: round });
      if (round.aborted) return;
      showText(byId('groups-note', HTMLElement), groups.length === 0 ? 'None.' : '');
      showChildren(byId('groups-list', HTMLElement), groups.map(groupEntry));
    } catch (error) {
      if (!(error instanceof ServiceError) || error.code !== 'FORBIDDEN') throw error;
      isOperator = false;
      byId('groups-note', HTMLElement).textContent = errorText(error);
    }
  }

  /** @param {AbortSignal} round */
  async function loadLatest(round) {
    const { failedJobs } = await api.graphql(LATEST, { first: shown }, { signal: round });
    if (round.aborted) return;
    showText(byId('failed-note', HTMLElement), failedJobs.totalCount === 0 ? 'None.' : '');
    showChildren(byId('failed-list', HTMLElement), failedJobs.nodes.map(failedEntry));
    more.hidden = failedJobs.totalCount <= failedJobs.nodes.length || shown >= MAX_RETRIED;
  }

  const refresh = repeat(load, {
    everyMs: EVERY_MS,
    signal,
    errorAt: byId('failures-load-error', HTMLElement),
  });

  /**
   * @param {HTMLButtonElement} button
   * @param {() => Promise<string>} retry Says what it did.
   */
  async function act(button, retry) {
    button.disabled = true;
    errorAt.textContent = '';
    try {
      byId('failures-news', HTMLElement).textContent = await retry();
      onRetry();
    } catch (error) {
      errorAt.textContent = errorText(error);
    } finally {
      button.disabled = false;
      void refresh();
    }
  }

  /** @param {any} group */
  function groupEntry({ fingerprint, errorCode, message, count, firstSeenAt, lastSeenAt, sample }) {
    const button = element('button', { type: 'button', id: `retry-${fingerprint}` }, `Retry all ${count}`);
    button.addEventListener('click', () => void act(button, () => retryGroup(api, fingerprint)));
    return entry(
      button,
      element('strong', {}, errorCode),
      ` ${countText(count, 'job')}`,
      element('div', {}, message),
      element(
        'small',
        {},
        ...(count > 1 ? [timeElement(firstSeenAt), ' to '] : []),
        timeElement(lastSeenAt),
        ', the latest is ',
        element('a', { href: jobAddress(sample.id), id: `sample-${fingerprint}` }, sample.id),
      ),
    );
  }

  /** @param {any} job */
  function failedEntry({ id, errorCode, errorMessage, completedAt, attemptCount, requestedBy }) {
    const button = element(
      'button',
      { type: 'button', id: `retry-${id}`, ariaLabel: `Retry job ${id}` },
      'Retry',
    );
    button.addEventListener('click', () => void act(button, () => retryJob(api, id)));
    const by = requestedBy === 'anonymous' ? '' : `, by ${requestedBy}`;
    return entry(
      button,
      element('strong', {}, errorCode ?? 'FAILED'),
      ' ',
      element('a', { href: jobAddress(id), id: `failed-${id}` }, timeElement(completedAt)),
      element('div', {}, errorMessage ?? ''),
      element('small', {}, `after ${countText(attemptCount, 'attempt')}${by}`),
    );
  }

  more.addEventListener(
    'click',
    () => {
      shown = Math.min(MAX_RETRIED, shown + 4 * PAGE);
      void refresh();
    },
    { signal },
  );
  return { refresh: () => void refresh() };
}

/**
 * @param {HTMLElement} action
 * @param {...(Node | string | null)} children
 */
function entry(action, ...children) {
  return element('li', {}, element('div', {}, ...children), action);
}

/**
 * @param {Api} api
 * @param {string} fingerprint
 */
async function retryGroup(api, fingerprint) {
  const { retryFailedJobs } = await api.graphql(RETRY_GROUP, { fingerprint, limit: MAX_RETRIED });
  const { matchedCount, affectedCount, userErrors } = retryFailedJobs;
  const [refusal] = userErrors;
  if (refusal) throw new ServiceError({ status: 200, ...refusal });
  return `${countText(affectedCount, 'job')} of ${matchedCount} will run again.`;
}

/**
 * @param {Api} api
 * @param {string} id
 */
async function retryJob(api, id) {
  await api.request(`/api/2.0/report/jobs/${id}/retry`, { method: 'POST' });
  return `Job ${id} will run again.`;
}
