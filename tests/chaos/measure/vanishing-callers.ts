import { randomBytes } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { Filter } from '../history.js';

/** What callers who vanish have asked for: a job that is open, and the filter that it is the open job of. */
export interface Target {
  /** Of the API. */
  readonly url: string;
  readonly jobId: string;
  readonly filter: Filter;
}

interface Call {
  /** What goes over the connection, one element after each answer. */
  readonly says: readonly string[];
  /** Observers that the service has for it when all of it was said. */
  readonly observers: number;
}

/** Every way in which a connection stays open for as long as a job does. */
const CALLS: Readonly<Record<string, (target: Target) => Call>> = {
  'REST events': ({ jobId }) => ({ says: [get(`/api/2.0/report/jobs/${jobId}/events`)], observers: 1 }),
  'REST wait': ({ jobId }) => ({
    says: [get(`/api/2.0/report/jobs/${jobId}`, 'Prefer: wait=60')],
    observers: 1,
  }),
  'REST request and wait': ({ filter }) => ({
    says: [post('/api/2.0/report/posts', { filter }, 'Prefer: wait=60')],
    observers: 1,
  }),
  'GraphQL request and wait': ({ filter }) => ({
    says: [post('/graphql', waiting(filter), 'Accept: application/json')],
    observers: 1,
  }),
  'SSE jobUpdated': ({ jobId }) => ({ says: [subscribe(JOB_UPDATED, { id: jobId })], observers: 1 }),
  'SSE reportCompleted': ({ jobId }) => ({ says: [subscribe(COMPLETED, { id: jobId })], observers: 1 }),
  'SSE of all ends': () => ({ says: [subscribe(ALL_COMPLETED, {})], observers: 1 }),
  WebSocket: ({ jobId, filter }) => ({
    says: [
      upgrade(),
      frame({ type: 'connection_init' }),
      Buffer.concat(
        [
          { query: JOB_UPDATED, variables: { id: jobId } },
          { query: COMPLETED, variables: { id: jobId } },
          waiting(filter),
        ].map((payload, id) => Buffer.from(frame({ type: 'subscribe', id: String(id), payload }), 'latin1')),
      ).toString('latin1'),
    ],
    observers: 3,
  }),
};

export const CALL_KINDS: readonly string[] = Object.keys(CALLS);

const JOB_UPDATED = 'subscription ($id: ID!) { jobUpdated(id: $id) { id status version } }';
const COMPLETED = 'subscription ($id: ID!) { reportCompleted(jobId: $id) { id status } }';
const ALL_COMPLETED = 'subscription { reportCompleted { id status } }';

/** A caller whose connection can be taken away at any time; he says nothing then. */
export interface Caller {
  readonly observers: number;
  /** @param how RST at once, or FIN as the kernel does for a process that was killed */
  vanish(how: 'reset' | 'end'): void;
}

/** Calls, and resolves when all is said. */
export async function call(kind: string, target: Target): Promise<Caller> {
  const { says, observers } = callOf(kind, target);
  const socket = await open(target.url);
  for (const [index, text] of says.entries()) {
    if (index > 0) await new Promise((resolve) => socket.once('data', resolve));
    socket.write(text, 'latin1');
  }
  socket.resume();
  return { observers, vanish: (how) => vanish(socket, how) };
}

/** Calls, and is gone before there is an answer: in the middle of the request, with its last byte, or a moment later. */
export async function callAndVanish(kind: string, target: Target): Promise<void> {
  const { says } = callOf(kind, target);
  const socket = await open(target.url);
  const text = says[0] ?? '';
  const moment = Math.random();
  socket.write(moment < 0.2 ? text.slice(0, text.length * Math.random()) : text, 'latin1');
  await delay(moment < 0.4 ? 0 : Math.random() * 20);
  vanish(socket, moment < 0.7 ? 'end' : 'reset');
}

function callOf(kind: string, target: Target): Call {
  const create = CALLS[kind];
  if (create === undefined) throw new Error(`There is no call ${kind}`);
  return create(target);
}

function open(url: string): Promise<Socket> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connect({ host: hostname, port: Number(port), noDelay: true }, () => {
      socket.off('error', reject).on('error', () => {});
      resolve(socket);
    });
    socket.once('error', reject);
  });
}

function vanish(socket: Socket, how: 'reset' | 'end'): void {
  if (how === 'reset') socket.resetAndDestroy();
  else socket.destroy();
}

function get(path: string, ...headers: string[]): string {
  return [`GET ${path} HTTP/1.1`, 'Host: x', ...headers, '', ''].join('\r\n');
}

function post(path: string, body: object, ...headers: string[]): string {
  const text = JSON.stringify(body);
  const about = ['Host: x', 'Content-Type: application/json', `Content-Length: ${Buffer.byteLength(text)}`];
  return [`POST ${path} HTTP/1.1`, ...about, ...headers, '', text].join('\r\n');
}

function subscribe(query: string, variables: object): string {
  return post('/graphql', { query, variables }, 'Accept: text/event-stream');
}

function waiting(filter: Filter) {
  return {
    query:
      'mutation ($input: RequestPostsReportInput) { requestPostsReport(input: $input) { job { id status } } }',
    variables: { input: { filter: { createdTo: filter.created_to }, waitMs: 60_000 } },
  };
}

function upgrade(): string {
  const key = randomBytes(16).toString('base64');
  return get(
    '/graphql',
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    `Sec-WebSocket-Key: ${key}`,
    'Sec-WebSocket-Protocol: graphql-transport-ws',
  );
}

/** A text message as a client sends it (RFC 6455, section 5.2), masked with zeros. */
function frame(message: object): string {
  const text = Buffer.from(JSON.stringify(message));
  const length =
    text.length < 126 ? [0x80 | text.length] : [0x80 | 126, text.length >> 8, text.length & 0xff];
  return Buffer.concat([Buffer.from([0x81, ...length, 0, 0, 0, 0]), text]).toString('latin1');
}
