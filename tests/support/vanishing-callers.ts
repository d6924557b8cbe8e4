/** Clients over plain sockets, whose connections a test can break at any moment and in any way. */
import { randomBytes } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

/**
 * What the calls refer to: `jobId` is an open job, `createdTo` is the end of the filter of the reports that they
 * request.
 */
export interface CallTarget {
  readonly url: string;
  readonly jobId: string;
  readonly createdTo: string;
}

interface Call {
  /** Texts to send. The client sends each text after the answer to the text before it. */
  readonly says: readonly string[];
  /** Number of observers in the service after the client has sent all texts. */
  readonly observers: number;
}

/** Every kind of connection that stays open until a job ends. */
const CALLS: readonly ((target: CallTarget) => Call)[] = [
  ({ jobId }) => call(get(`/api/2.0/report/jobs/${jobId}/events`)),
  ({ jobId }) => call(get(`/api/2.0/report/jobs/${jobId}`, 'Prefer: wait=60')),
  ({ createdTo }) =>
    call(post('/api/2.0/report/posts', { filter: { created_to: createdTo } }, 'Prefer: wait=60')),
  ({ createdTo }) => call(post('/graphql', waiting(createdTo), 'Accept: application/json')),
  ({ jobId }) => call(subscribe({ query: JOB_UPDATED, variables: { id: jobId } })),
  ({ jobId }) => call(subscribe({ query: COMPLETED, variables: { id: jobId } })),
  () => call(subscribe({ query: 'subscription { reportCompleted { id status } }' })),
  ({ jobId, createdTo }) => {
    const operations = [
      { query: JOB_UPDATED, variables: { id: jobId } },
      { query: COMPLETED, variables: { id: jobId } },
      waiting(createdTo),
    ];
    const frames = operations.map((payload, id) => frame({ type: 'subscribe', id: String(id), payload }));
    return { says: [upgrade(), frame({ type: 'connection_init' }), frames.join('')], observers: 3 };
  },
];

export const CALL_KINDS = CALLS.length;

const JOB_UPDATED = 'subscription ($id: ID!) { jobUpdated(id: $id) { id status version } }';
const COMPLETED = 'subscription ($id: ID!) { reportCompleted(jobId: $id) { id status } }';

/**
 * Opens a connection, sends all texts, and keeps it open. Returns the number of observers that the service then has for
 * it.
 */
export async function callAndStay(
  kind: number,
  target: CallTarget,
): Promise<{ socket: Socket; observers: number }> {
  const { says, observers } = callOf(kind, target);
  const socket = await open(target.url);
  for (const [index, text] of says.entries()) {
    if (index > 0) await new Promise((resolve) => socket.once('data', resolve));
    socket.write(text, 'latin1');
  }
  socket.resume();
  return { socket, observers };
}

/**
 * Breaks a connection before there is an answer: in the middle of the request, with its last byte, or up to 20 ms
 * later.
 */
export async function callAndLeave(kind: number, target: CallTarget): Promise<void> {
  await delay(Math.random() * 100);
  const [text = ''] = callOf(kind, target).says;
  const socket = await open(target.url);
  const moment = Math.random();
  socket.write(moment < 0.2 ? text.slice(0, text.length * Math.random()) : text, 'latin1');
  await delay(moment < 0.4 ? 0 : Math.random() * 20);
  if (moment < 0.7) socket.destroy();
  else socket.resetAndDestroy();
}

function callOf(kind: number, target: CallTarget): Call {
  const create = CALLS[kind % CALLS.length];
  if (create === undefined) throw new Error(`There is no call ${kind}`);
  return create(target);
}

function call(text: string): Call {
  return { says: [text], observers: 1 };
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

function get(path: string, ...headers: string[]): string {
  return [`GET ${path} HTTP/1.1`, 'Host: localhost', ...headers, '', ''].join('\r\n');
}

function post(path: string, body: object, ...headers: string[]): string {
  const text = JSON.stringify(body);
  const about = [
    'Host: localhost',
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(text)}`,
  ];
  return [`POST ${path} HTTP/1.1`, ...about, ...headers, '', text].join('\r\n');
}

function subscribe(operation: object): string {
  return post('/graphql', operation, 'Accept: text/event-stream');
}

function waiting(createdTo: string) {
  return {
    query:
      'mutation ($input: RequestPostsReportInput) { requestPostsReport(input: $input) { job { id status } } }',
    variables: { input: { filter: { createdTo }, waitMs: 60_000 } },
  };
}

function upgrade(): string {
  return get(
    '/graphql',
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}`,
    'Sec-WebSocket-Protocol: graphql-transport-ws',
  );
}

/** Encodes a message as a client's text frame (RFC 6455, section 5.2) whose mask is zero. */
function frame(message: object): string {
  const text = Buffer.from(JSON.stringify(message));
  const length =
    text.length < 126 ? [0x80 | text.length] : [0x80 | 126, text.length >> 8, text.length & 0xff];
  return Buffer.concat([Buffer.from([0x81, ...length, 0, 0, 0, 0]), text]).toString('latin1');
}
