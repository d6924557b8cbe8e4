/**
 * CHILD PROCESS: subscribers, each on a connection of its own, that do as little as possible: a client that cost more
 * than its server would be what is measured.
 */
import { connect } from 'node:net';

const AT_ONCE = 50;
/** Both servers name the events of a subscription so. */
const EVENT = Buffer.from('event: next');

let told = 0;
let count = 0;

process.on('message', (message) => {
  if (message === 'expect') {
    told = 0;
    process.send?.('ready');
  } else void open(/** @type {Subscribers} */ (message));
});
process.on('disconnect', () => process.exit());

/** @typedef {{ url: string, count: number, path: string, body: string }} Subscribers */

/** @param {Subscribers} subscribers */
async function open(subscribers) {
  count = subscribers.count;
  const { hostname, port, host } = new URL(subscribers.url);
  const request = [
    `POST ${subscribers.path} HTTP/1.1`,
    `Host: ${host}`,
    'Content-Type: application/json',
    'Accept: text/event-stream',
    `Content-Length: ${Buffer.byteLength(subscribers.body)}`,
    '',
    subscribers.body,
  ].join('\r\n');
  for (let opened = 0; opened < count; opened += AT_ONCE) {
    const some = Array.from({ length: Math.min(AT_ONCE, count - opened) }, () =>
      subscribe(hostname, Number(port), request),
    );
    await Promise.all(some);
  }
  process.send?.('connected');
}

/**
 * Resolves with the first bytes of the answer.
 * @param {string} host
 * @param {number} port
 * @param {string} request
 * @returns {Promise<void>}
 */
function subscribe(host, port, request) {
  return new Promise((resolve) => {
    const socket = connect(port, host, () => socket.write(request));
    socket.once('data', () => resolve());
    socket.on('data', (chunk) => {
      if (!chunk.includes(EVENT)) return;
      told += 1;
      if (told === count) process.send?.('told');
    });
    socket.on('error', fail).on('close', () => fail(new Error('a subscriber was cut off')));
  });
}

/** @param {Error} error */
function fail(error) {
  process.stderr.write(`observers: ${error.message}\n`);
  process.exit(1);
}
