/**
 * Reads a job's event stream with `fetch`. EventSource cannot send a token, and does not reconnect after an error
 * status, such as a load balancer's 502 while the API restarts.
 */
import { ServiceError, UnreachableError } from './api.js';

/** Pause before a new connection, in milliseconds. */
const PAUSE_MS = 1000;
/**
 * How long a connection may be silent before it counts as lost, in milliseconds. The service sends an event or a
 * comment at least every 15 s.
 */
const SILENCE_MS = 40_000;

/** @typedef {{ name: string, id: string, data: string }} ServerEvent */

/**
 * Calls `onState` with the current state of a job, then with each new state. Reconnects after a lost connection. A
 * hidden page keeps no connection, because browsers open at most six to one host over HTTP/1.1.
 * @param {import('./api.js').Api} api
 * @param {string} path
 * @param {{ signal: AbortSignal, onState: (job: any) => void }} options
 * @returns {Promise<void>} Resolves after the terminal state, or when `signal` is aborted.
 * @throws {ServiceError} When a new connection would get the same error.
 */
export async function followJob(api, path, { signal, onState }) {
  let lastId = '';
  while (!signal.aborted) {
    await untilSeen(signal);
    const connection = new AbortController();
    const leave = () => document.hidden && connection.abort();
    document.addEventListener('visibilitychange', leave);
    try {
      const response = await api.request(path, {
        headers: { accept: 'text/event-stream', ...(lastId === '' ? {} : { 'last-event-id': lastId }) },
        signal: AbortSignal.any([signal, connection.signal]),
      });
      if (response.body === null) return; // 204: the terminal state was received before
      for await (const event of eventsIn(response.body, () => connection.abort())) {
        if (signal.aborted) return;
        lastId = event.id;
        onState(JSON.parse(event.data));
        if (event.name === 'end') return;
      }
    } catch (error) {
      if (error instanceof ServiceError && !error.isTemporary) throw error;
      if (!isLoss(error)) throw error;
    } finally {
      document.removeEventListener('visibilitychange', leave);
    }
    if (!document.hidden) await pause(PAUSE_MS, signal);
  }
}

/**
 * Whether to reconnect: the connection broke (TypeError), was aborted because of silence or a hidden page (AbortError),
 * could not be opened (UnreachableError), or the service refused it (ServiceError).
 * @param {unknown} error
 */
function isLoss(error) {
  const isBroken =
    error instanceof TypeError || (error instanceof DOMException && error.name === 'AbortError');
  return isBroken || error instanceof UnreachableError || error instanceof ServiceError;
}

/**
 * Parses server-sent events. Each event must have exactly one `data` line, as those of the service do.
 * @param {ReadableStream<Uint8Array<ArrayBuffer>>} body
 * @param {() => void} onSilence
 * @returns {AsyncGenerator<ServerEvent, void>}
 */
async function* eventsIn(body, onSilence) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  try {
    for (;;) {
      const timer = setTimeout(onSilence, SILENCE_MS);
      const { done, value } = await reader.read().finally(() => clearTimeout(timer));
      if (done) return;
      const blocks = (rest + value).split('\n\n');
      rest = blocks.pop() ?? '';
      for (const block of blocks) {
        const event = eventIn(block);
        if (event.data !== '') yield event;
      }
    }
  } finally {
    await reader.cancel().catch(() => {}); // the connection may be broken
  }
}

/**
 * @param {string} block
 * @returns {ServerEvent}
 */
function eventIn(block) {
  const field = (/** @type {string} */ name) =>
    block
      .split('\n')
      .find((line) => line.startsWith(`${name}: `))
      ?.slice(name.length + 2) ?? '';
  return { name: field('event'), id: field('id'), data: field('data') };
}

/**
 * @param {AbortSignal} signal Ends the wait early.
 * @returns {Promise<void>}
 */
function untilSeen(signal) {
  return new Promise((resolve) => {
    const check = () => {
      if (document.hidden && !signal.aborted) return;
      document.removeEventListener('visibilitychange', check);
      signal.removeEventListener('abort', check);
      resolve();
    };
    document.addEventListener('visibilitychange', check);
    signal.addEventListener('abort', check);
    check();
  });
}

/**
 * @param {number} milliseconds
 * @param {AbortSignal} signal Ends the wait early.
 * @returns {Promise<void>}
 */
function pause(milliseconds, signal) {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, milliseconds);
    signal.addEventListener('abort', end);
  });
}
