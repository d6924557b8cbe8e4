import { errorText } from './api.js';
import { byId, element, showChildren } from './element.js';
import { timeElement } from './format.js';

const QUERY = `query Attempts($id: ID!) {
  job(id: $id) { attempts { number worker startedAt endedAt errorCode errorMessage stack } }
}`;

/**
 * @typedef {object} Attempt
 * @property {number} number
 * @property {string} worker
 * @property {string} startedAt
 * @property {string | null} endedAt
 * @property {string | null} errorCode
 * @property {string | null} errorMessage
 * @property {string | null} stack Null unless the caller is an operator.
 */

/**
 * Shows each attempt of a job, and the error of each attempt that failed.
 * @param {import('./api.js').Api} api
 * @param {string} jobId
 * @param {AbortSignal} signal
 */
export async function showAttempts(api, jobId, signal) {
  const list = byId('job-attempts-list', HTMLElement);
  try {
    const { job } = await api.graphql(QUERY, { id: jobId }, { signal });
    /** @type {readonly Attempt[]} */
    const attempts = job?.attempts ?? [];
    const entries = attempts.map((attempt) => entryOf(attempt));
    showChildren(
      list,
      entries.length > 0 ? [element('ul', { className: 'entries' }, ...entries)] : ['None yet.'],
    );
  } catch (error) {
    if (!signal.aborted) showChildren(list, [errorText(error)]);
  }
}

/** @param {Attempt} attempt */
function entryOf({ number, worker, startedAt, endedAt, errorCode, errorMessage, stack }) {
  const outcome = errorCode ?? (endedAt === null ? 'runs' : 'succeeded');
  const times = element(
    'small',
    {},
    timeElement(startedAt),
    ' to ',
    timeElement(endedAt) ?? 'now',
    ` on ${worker}`,
  );
  return element(
    'li',
    {},
    element(
      'div',
      {},
      element('strong', {}, `${number}: ${outcome}`),
      errorMessage === null ? null : element('div', {}, errorMessage),
      times,
      stack === null ? null : causeOf(stack),
      stack === null ? null : stackOf(number, stack),
    ),
  );
}

/**
 * @param {number} number
 * @param {string} stack
 */
function stackOf(number, stack) {
  const text = element(
    'pre',
    { tabIndex: 0, role: 'region', ariaLabel: `Stack of attempt ${number}` },
    stack,
  );
  return element('details', {}, element('summary', {}, 'Where in the code'), text);
}

/**
 * The last error in a stack is the cause of all errors above it.
 * @param {string} stack
 */
function causeOf(stack) {
  const [cause = ''] = stack.split('\ncaused by ').at(-1)?.split('\n    at ') ?? [];
  return element('div', { className: 'cause' }, cause);
}
