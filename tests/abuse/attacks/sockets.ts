import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { countAnswer, type Target } from '../attack.js';
import { untilOver } from './send.js';

/** Opens a TCP connection and sends the text. The caller reads the answer. */
export async function open(port: number, text: string): Promise<Socket> {
  const socket = connect({ host: '127.0.0.1', port, noDelay: true });
  socket.on('error', () => {});
  await Promise.race([once(socket, 'connect'), once(socket, 'close')]);
  socket.write(text);
  return socket;
}

export function get(target: Target, path: string, ...headers: readonly string[]): string {
  return lines(target, `GET ${path} HTTP/1.1`, headers);
}

export function post(target: Target, path: string, body: object, ...headers: readonly string[]): string {
  const text = JSON.stringify(body);
  const about = ['Content-Type: application/json', `Content-Length: ${Buffer.byteLength(text)}`];
  return lines(target, `POST ${path} HTTP/1.1`, [...about, ...headers]) + text;
}

function lines({ port, authorization }: Target, first: string, headers: readonly string[]): string {
  const all = [first, `Host: 127.0.0.1:${port}`, `Authorization: ${authorization}`, ...headers];
  return [...all, '', ''].join('\r\n');
}

/** Reads the first bytes of the answer, and adds its status to the tally. */
export async function takeStatus(socket: Socket, { tally }: Target): Promise<void> {
  const data = await Promise.race([
    once(socket, 'data').then(([chunk]) => (chunk as Buffer).toString('latin1')),
    once(socket, 'close').then(() => undefined),
  ]);
  const [, status] = /^HTTP\/1\.1 (\d{3})/.exec(data ?? '') ?? [];
  if (status === undefined) tally.refused += 1;
  else countAnswer(tally, Number(status));
}

/** Opens connections that send the request and read only the first bytes of the answer, until `over` is aborted. */
export async function readNothing(
  target: Target,
  over: AbortSignal,
  count: number,
  request: string,
): Promise<void> {
  const hold = async (): Promise<void> => {
    const socket = await open(target.port, request);
    await Promise.race([takeStatus(socket, target), untilOver(over)]);
    socket.pause();
    await untilOver(over);
    socket.destroy();
  };
  await Promise.all(Array.from({ length: count }, hold));
}
