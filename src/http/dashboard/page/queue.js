/** Shows the state of the queue, with the jobs of all requesters. */
import { byId, element, factList, showChildren, showText } from './element.js';
import { numberText, timeElement } from './format.js';
import { repeat } from './repeat.js';

const EVERY_MS = 4000;
const QUERY =
  '{ queueHealth { broker brokerUp queued running retrying failed oldestQueuedAt workers unknownKinds } }';

/**
 * @param {import('./api.js').Api} api
 * @param {{ signal: AbortSignal }} options
 * @returns {{ refresh: () => void }}
 */
export function startQueueHealth(api, { signal }) {
  const refresh = repeat(
    async (round) => {
      const { queueHealth } = await api.graphql(QUERY, {}, { signal: round });
      if (round.aborted) return;
      showChildren(byId('queue-figures', HTMLElement), factList(figuresOf(queueHealth)));
      showText(byId('queue-warning', HTMLElement), warningOf(queueHealth));
    },
    { everyMs: EVERY_MS, signal, errorAt: byId('queue-error', HTMLElement) },
  );
  return { refresh: () => void refresh() };
}

/**
 * @param {any} health
 * @returns {[string, Node | string | null, string?][]}
 */
function figuresOf({ broker, brokerUp, queued, running, retrying, failed, oldestQueuedAt, workers }) {
  return [
    ['Queued', numberText(queued)],
    ['Running', numberText(running)],
    ['Retrying', numberText(retrying)],
    ['Failed', numberText(failed)],
    ['Workers', numberText(workers), workers === 0 ? 'bad' : ''],
    [
      'Broker',
      element('span', {}, brokerUp ? 'up' : 'away', element('small', {}, broker)),
      brokerUp ? '' : 'bad',
    ],
    ['Waiting since', timeElement(oldestQueuedAt), 'small'],
  ];
}

/** @param {{ brokerUp: boolean, workers: number, unknownKinds: readonly string[] }} health */
function warningOf({ brokerUp, workers, unknownKinds }) {
  if (workers === 0) return 'No worker is running: jobs are accepted, and wait.';
  if (unknownKinds.length > 0)
    return `No running worker knows these reports, so that their jobs wait: ${unknownKinds.join(', ')}.`;
  return brokerUp ? '' : 'The broker is away: jobs are accepted and worked on, and start a little later.';
}
