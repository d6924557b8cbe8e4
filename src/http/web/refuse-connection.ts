import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { json, type Answer } from './answer.js';
import { PROBLEM_TYPE } from './problem.js';

const BAD_REQUESTS: Readonly<Record<string, number>> = {
  HPE_HEADER_OVERFLOW: 431,
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 413,
  ERR_HTTP_REQUEST_TIMEOUT: 408,
};

/** Answers bytes that are not a request: they cannot be parsed, are too large, or arrived too slowly. */
export function refuseUnreadable(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (!socket.writable || error.code === 'ECONNRESET') {
    socket.destroy();
    return;
  }
  const status = BAD_REQUESTS[error.code ?? ''] ?? 400;
  const body = { type: 'about:blank', title: STATUS_CODES[status], status, code: 'BAD_USER_INPUT' };
  endWith(socket, json(body, { status, headers: { 'content-type': PROBLEM_TYPE } }));
}

/** Writes an answer to a socket that node:http does not manage, and closes it. */
export function endWith(socket: Duplex, { status, headers, body = '' }: Answer<string>): void {
  const lines = Object.entries({
    ...headers,
    'content-length': Buffer.byteLength(body),
    connection: 'close',
  });
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    ...lines.map(([name, value]) => `${name}: ${value}`),
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}
