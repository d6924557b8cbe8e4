import { once } from 'node:events';
import { connect } from 'node:net';

/** A request's head, without a body. */
export function head(line: string, ...headers: readonly string[]): string {
  return [line, ...headers, '', ''].join('\r\n');
}

/** All that the server answers to these texts, sent one after the other, until it closes the connection. */
export async function converse(port: number, ...texts: readonly string[]): Promise<string> {
  const socket = connect(port, '127.0.0.1').setNoDelay();
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  const closed = once(socket, 'close');
  for (const text of texts) {
    socket.write(text);
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
  await closed;
  return Buffer.concat(chunks).toString();
}

/** The statuses of the answers in a text. */
export function statusesIn(text: string): readonly number[] {
  return [...text.matchAll(/^HTTP\/1\.1 (\d{3}) /gm)].map(([, status]) => Number(status));
}
