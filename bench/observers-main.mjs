/**
 * CHILD PROCESS: subscribers, each on its own connection. A subscriber does as little as possible, because the bench
 * would otherwise measure the subscribers and not the server.
 */
import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { WebSocket } from 'ws';

const AT_ONCE = 50;
/** Time for the subscriptions to become active, because the WebSocket protocol does not say when they are. */
const SETTLING_MS = 1000;

let notified = 0;
let count = 0;

process.on('message', (message) => {
  if (message === 'expect') {
    notified = 0;
    process.send?.('ready');
  } else void open(/** @type {Subscribers} */ (message));
});
process.on('disconnect', () => process.exit());

/** @typedef {{ url: string, count: number, over: 'SSE' | 'WebSocket', path: string, body: string }} Subscribers */

/** @param {Subscribers} subscribers */
async function open(subscribers) {
  count = subscribers.count;
  const subscribe = subscribers.over === 'SSE' ? subscribeOverSse : subscribeOverWebSocket;
  for (let opened = 0; opened < count; opened += AT_ONCE) {
    const some = Array.from({ length: Math.min(AT_ONCE, count - opened) }, () => subscribe(subscribers));
    await Promise.all(some);
  }
  if (subscribers.over === 'WebSocket') await delay(SETTLING_MS);
  process.send?.('connected');
}

/**
 * Resolves when the first bytes of the response arrive.
 * @param {Subscribers} subscribers
 * @returns {Promise<void>}
 */
function subscribeOverSse({ url, path, body }) {
  const { hostname, port, host } = new URL(url);
  const request = [
    `POST ${path} HTTP/1.1`,
    `Host: ${host}`,
    'Content-Type: application/json',
    'Accept: text/event-stream',
    `Content-Length: ${Buffer.byteLength(body)}`,
    '',
    body,
  ].join('\r\n');
  return new Promise((resolve) => {
    const socket = connect(Number(port), hostname, () => socket.write(request));
    socket.once('data', () => resolve());
    socket.on('data', (chunk) => {
      // The service and the stock server both use this name for the events of a subscription.
      if (chunk.includes('event: next')) countOne();
    });
    socket.on('error', fail).on('close', () => fail(new Error('a subscriber was cut off')));
  });
}

/**
 * Uses the protocol graphql-transport-ws. Resolves when the operation was sent.
 * @param {Subscribers} subscribers
 * @returns {Promise<void>}
 */
function subscribeOverWebSocket({ url, path, body }) {
  return new Promise((resolve) => {
    const socket = new WebSocket(`${url.replace('http', 'ws')}${path}`, 'graphql-transport-ws', {
      perMessageDeflate: false,
    });
    socket.on('open', () => socket.send('{"type":"connection_init"}'));
    socket.on('message', (data) => {
      const text = /** @type {Buffer} */ (data).toString();
      const { type } = /** @type {{ type: string }} */ (JSON.parse(text));
      if (type === 'connection_ack') {
        socket.send(`{"id":"1","type":"subscribe","payload":${body}}`, () => resolve());
      } else if (type === 'next') countOne();
      else if (type === 'error') fail(new Error(text));
    });
    socket.on('error', fail).on('close', () => fail(new Error('a subscriber was cut off')));
  });
}

function countOne() {
  notified += 1;
  if (notified === count) process.send?.('notified');
}

/** @param {Error} error */
function fail(error) {
  process.stderr.write(`observers: ${error.message}\n`);
  process.exit(1);
}
