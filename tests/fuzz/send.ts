import { request as httpRequest, Agent } from 'node:http';
import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { WebSocket } from 'ws';
import type { Case, Caller, HttpCase, RawCase, WebSocketCase } from './cases/case.js';
import { TOKENS } from './stage.js';

export interface Answer {
  /** The HTTP status; undefined over a WebSocket, and when the connection ended before an HTTP answer began. */
  readonly status: number | undefined;
  /** The beginning of the answer, headers included. */
  readonly text: string;
  /**
   * False when no answer began within ANSWER_WITHIN_MS. Requests that the client leaves earlier count as answered.
   */
  readonly answered: boolean;
}

const MOST_TEXT = 200_000;
/** The client leaves an event stream, or a request that asked the service to wait for a job, after this time. */
const PATIENCE_MS = 700;
/** The time limit of a synchronous report, and some time for a busy machine. */
const ANSWER_WITHIN_MS = 20_000;
const TALK_MS = 400;

export interface Sender {
  /** @param id the X-Request-Id of an HTTP case that has none; the service's log shows this id */
  send(sent: Case, id: string): Promise<Answer>;
  close(): void;
}

export function createSender(port: number): Sender {
  const agent = new Agent({ keepAlive: true, maxSockets: 32 });
  return {
    send(sent, id) {
      if (sent.kind === 'http') return sendHttp(withId(sent, id), port, agent);
      return sent.kind === 'raw' ? sendRaw(sent, port) : talk(sent, port);
    },
    close: () => agent.destroy(),
  };
}

function withId(sent: HttpCase, id: string): HttpCase {
  return { ...sent, headers: { 'x-request-id': id, ...sent.headers } };
}

function authorization(caller: Caller): Record<string, string> {
  return caller === 'anonymous' ? {} : { authorization: `Bearer ${TOKENS[caller]}` };
}

function sendHttp(
  { caller, method, path, headers, body }: HttpCase,
  port: number,
  agent: Agent,
): Promise<Answer> {
  return new Promise((resolve) => {
    let text = '';
    let status: number | undefined;
    let isStream = false;
    const startedAt = performance.now();
    const request = httpRequest({
      ...{ host: '127.0.0.1', port, agent, path, method: method.toUpperCase() },
      headers: {
        ...headers,
        ...authorization(caller),
        ...(body === undefined ? {} : { 'content-length': Buffer.byteLength(body) }),
      },
    });
    const leave = (): void => {
      const waited = performance.now() - startedAt;
      const askedToWait =
        /wait/i.test(headers['prefer'] ?? '') || /waitMs|subscription/.test(`${path}${body}`);
      if (isStream || askedToWait || waited >= ANSWER_WITHIN_MS) request.destroy();
    };
    const patience = setInterval(leave, PATIENCE_MS);
    const finish = (answered: boolean): void => {
      clearInterval(patience);
      resolve({ status, text, answered });
    };
    request.on('response', (response) => {
      status = response.statusCode;
      isStream = response.headers['content-type']?.startsWith('text/event-stream') ?? false;
      text = JSON.stringify(response.rawHeaders);
      response.setEncoding('utf8').on('data', (piece: string) => {
        if (text.length < MOST_TEXT) text += piece;
      });
      response.on('close', () => finish(true));
    });
    request.on('upgrade', (response, socket) => {
      status = response.statusCode;
      socket.destroy();
      finish(true);
    });
    request.on('error', () => finish(performance.now() - startedAt < ANSWER_WITHIN_MS));
    if (body !== undefined) request.write(body);
    request.end();
  });
}

function sendRaw({ bytes }: RawCase, port: number): Promise<Answer> {
  return new Promise((resolve) => {
    let text = '';
    const socket = connect(port, '127.0.0.1', () => socket.write(Buffer.from(bytes, 'latin1')));
    // The service waits longer for the rest of an incomplete request, so the client ends the connection.
    const timer = setTimeout(() => socket.destroy(), TALK_MS);
    socket.on('data', (piece) => void (text += piece.toString('latin1')));
    socket.on('error', () => {});
    socket.on('close', () => {
      clearTimeout(timer);
      const [, status] = /^HTTP\/1\.1 (\d{3})/.exec(text) ?? [];
      resolve({ status: status === undefined ? undefined : Number(status), text, answered: true });
    });
  });
}

async function talk({ caller, messages }: WebSocketCase, port: number): Promise<Answer> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/graphql`, 'graphql-transport-ws');
  let text = '';
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  socket.on('error', () => {});
  socket.on('message', (data: Buffer) => void (text.length < MOST_TEXT && (text += data.toString())));
  socket.on('open', () => {
    const payload = { type: 'connection_init', payload: authorization(caller) };
    for (const message of [JSON.stringify(payload), ...messages]) socket.send(message);
  });
  await Promise.race([closed, delay(TALK_MS)]);
  socket.terminate();
  return { status: undefined, text, answered: true };
}
