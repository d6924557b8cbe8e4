/** Shows failed jobs: the groups by cause (operators only) and the latest jobs, each with a button for a retry. */
import { errorText } from './api.js';
import { byId, element, showText } from './element.js';
import { showEntries } from './entries.js';
import { countText, numberText, timeElement, timeText } from './format.js';
import { jobAddress } from './job.js';
import { repeat } from './repeat.js';
import { retryGroup, retryJob } from './retry.js';

/** @typedef {import('./api.js').Api} Api */

const PAGE = 5;
const MAX_SHOWN = 1000;
const EVERY_MS = 10_000;

const GROUPS = `{
  failedJobGroups { fingerprint errorCode message count firstSeenAt lastSeenAt sample { id errorDetail } }
}`;
const LATEST = `query Failures($first: Int!) {
  failedJobs(first: $first) {
    totalCount
    nodes { id errorCode errorMessage errorDetail completedAt attemptCount requestedBy }
  }
}`;

/**
 * @param {Api} api
 * @param {{ isOperator: boolean, signal: AbortSignal, onRetry: () => void }} options
 * @returns {{ refresh: () => void }}
 */
export function startFailures(api, { isOperator, signal, onRetry }) {
  const outcome = byId('failures-outcome', HTMLElement);
  const groupList = byId('groups-list', HTMLElement);
  const failedList = byId('failed-list', HTMLElement);
  const more = byId('failed-more', HTMLButtonElement);
  let shown = PAGE;
  if (!isOperator) showText(byId('groups-note', HTMLElement), 'Operators only.');

  /** @param {AbortSignal} round Aborted when the next load begins. */
  async function load(round) {
    await Promise.all([isOperator ? loadGroups(round) : undefined, loadLatest(round)]);
  }

  /** @param {AbortSignal} round Aborted when the next load begins. */
  async function loadGroups(round) {
    const { failedJobGroups: groups } = await api.graphql(GROUPS, {}, { signal: round });
    if (round.aborted) return;
    showText(byId('groups-note', HTMLElement), groups.length === 0 ? 'No job has failed.' : '');
    showEntries(groupList, groups.map(groupEntry));
  }

  /** @param {AbortSignal} round Aborted when the next load begins. */
  async function loadLatest(round) {
    const { failedJobs } = await api.graphql(LATEST, { first: shown }, { signal: round });
    if (round.aborted) return;
    showText(byId('failed-note', HTMLElement), failedJobs.totalCount === 0 ? 'No job has failed.' : '');
    showEntries(failedList, failedJobs.nodes.map(failedEntry));
    more.hidden = failedJobs.totalCount <= failedJobs.nodes.length || shown >= MAX_SHOWN;
  }

  const refresh = repeat(load, {
    everyMs: EVERY_MS,
    signal,
    errorAt: byId('failures-load-error', HTMLElement),
  });

  /**
   * Runs a retry. The button only becomes `aria-disabled`, because a disabled button loses the focus.
   * @param {HTMLButtonElement} button
   * @param {() => Promise<string>} retry Resolves with a message about the outcome.
   */
  async function act(button, retry) {
    if (button.ariaDisabled === 'true') return;
    button.ariaDisabled = 'true';
    try {
      say(await retry());
    } catch (error) {
      say(errorText(error), 'error');
      button.ariaDisabled = 'false';
    }
    onRetry();
  }

  /**
   * @param {string} text
   * @param {'hint' | 'error'} [className]
   */
  function say(text, className = 'hint') {
    outcome.className = `${className} outcome`;
    showText(outcome, text);
  }

  /** @param {any} group */
  function groupEntry({ fingerprint, errorCode, message, count, firstSeenAt, lastSeenAt, sample }) {
    const label = `Retry all ${numberText(count)}`;
    const button = element('button', { type: 'button', id: `retry-${fingerprint}` }, label);
    const onProgress = (/** @type {string} */ text) => say(text);
    button.addEventListener(
      'click',
      () => void act(button, () => retryGroup(api, { fingerprint, count }, onProgress)),
    );
    return entry(
      fingerprint,
      button,
      element('strong', {}, errorCode),
      ` ${countText(count, 'job')}`,
      element('div', {}, message),
      causeElement(sample.errorDetail),
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
  function failedEntry({ id, errorCode, errorMessage, errorDetail, completedAt, attemptCount, requestedBy }) {
    const button = element(
      'button',
      { type: 'button', id: `retry-${id}`, ariaLabel: `Retry job ${id}` },
      'Retry',
    );
    button.addEventListener('click', () => void act(button, () => retryJob(api, id)));
    const by = requestedBy === 'anonymous' ? '' : `, requested by ${requestedBy}`;
    return entry(
      id,
      button,
      element('strong', {}, errorCode ?? 'FAILED'),
      ' ',
      element(
        'a',
        { href: jobAddress(id), id: `failed-${id}` },
        `${timeText(completedAt)} · ${id.slice(-6)}`,
      ),
      element('div', {}, errorMessage ?? ''),
      causeElement(errorDetail),
      element('small', {}, `after ${countText(attemptCount, 'attempt')}${by}`),
    );
  }

  more.addEventListener(
    'click',
    () => {
      shown = Math.min(MAX_SHOWN, shown + 4 * PAGE);
      void refresh();
    },
    { signal },
  );
  return { refresh: () => void refresh() };
}

/**
 * @param {string} key
 * @param {HTMLElement} action
 * @param {...(Node | string | null)} children
 */
function entry(key, action, ...children) {
  return element('li', { dataset: { key } }, element('div', {}, ...children), action);
}

/** @param {string | null} detail Null unless the caller is an operator. */
function causeElement(detail) {
  return detail === null ? null : element('div', { className: 'cause' }, detail);
}
