import { once } from 'node:events';
import { connect } from 'node:net';

/** The head of a request, with the empty line that ends it. */
export function head(line: string, ...headers: readonly string[]): string {
  return [line, ...headers, '', ''].join('\r\n');
}

/**
 * Sends the texts one after the other, 30 ms apart. Returns everything that the server sends until it closes the
 * connection.
 */
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

/** The status codes of the HTTP answers in a text. */
export function statusesIn(text: string): readonly number[] {
  return [...text.matchAll(/^HTTP\/1\.1 (\d{3}) /gm)].map(([, status]) => Number(status));
}
