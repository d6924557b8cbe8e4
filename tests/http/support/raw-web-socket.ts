import { randomBytes } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { onTestEnd } from '../../support/on-test-end.js';

interface Message {
  readonly type: string;
  readonly id?: string;
  // eslint-disable-next-line typescript/no-explicit-any -- tests look into messages of many shapes
  readonly payload?: any;
}

/**
 * A client of graphql-transport-ws over a plain socket. A test decides which messages share a TCP segment, and when the
 * socket is read.
 */
export class RawWebSocket {
  readonly received: Message[] = [];
  /** Resolves with the code and the reason of the server's close frame. */
  readonly closed: Promise<readonly [code: number, reason: string]>;
  readonly #socket: Socket;
  #waiting = new Set<() => void>();
  #bytes = Buffer.alloc(0);
  #close: (how: readonly [number, string]) => void = () => {};

  private constructor(socket: Socket, rest: Buffer) {
    this.#socket = socket;
    this.closed = new Promise((resolve) => (this.#close = resolve));
    this.#take(rest);
    socket.on('data', (chunk: Buffer) => this.#take(chunk));
    onTestEnd(() => socket.destroy());
  }

  /** Connects, and waits for the message `connection_ack`. */
  static async open(port: number): Promise<RawWebSocket> {
    const socket = connect({ host: '127.0.0.1', port, noDelay: true });
    socket.on('error', () => {});
    socket.write(
      [
        'GET /graphql HTTP/1.1',
        `Host: 127.0.0.1:${port}`,
        'Connection: Upgrade',
        'Upgrade: websocket',
        'Sec-WebSocket-Version: 13',
        `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}`,
        'Sec-WebSocket-Protocol: graphql-transport-ws',
        '',
        '',
      ].join('\r\n'),
    );
    const answer = await new Promise<Buffer>((resolve) => socket.once('data', resolve));
    const opened = new RawWebSocket(socket, answer.subarray(answer.indexOf('\r\n\r\n') + 4));
    opened.send({ type: 'connection_init' });
    await opened.next((message) => message.type === 'connection_ack');
    return opened;
  }

  /** Sends all messages in one write. */
  send(...messages: readonly object[]): void {
    this.#socket.write(Buffer.concat(messages.map(frameOf)));
  }

  subscribe(id: string, query: string, variables?: object): object {
    return { type: 'subscribe', id, payload: { query, variables } };
  }

  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  /** Resolves with the first matching message, which may have arrived earlier. */
  async next(fits: (message: Message) => boolean): Promise<Message> {
    for (;;) {
      const found = this.received.find(fits);
      if (found !== undefined) return found;
      await new Promise<void>((resolve) => this.#waiting.add(resolve));
    }
  }

  #take(chunk: Buffer): void {
    this.#bytes = Buffer.concat([this.#bytes, chunk]);
    for (;;) {
      const frame = readFrame(this.#bytes);
      if (frame === undefined) break;
      this.#bytes = this.#bytes.subarray(frame.length);
      if (frame.opcode === 1) this.received.push(JSON.parse(frame.payload.toString()) as Message);
      if (frame.opcode === 8)
        this.#close([frame.payload.readUInt16BE(0), frame.payload.subarray(2).toString()]);
    }
    const waiting = this.#waiting;
    this.#waiting = new Set();
    for (const wake of waiting) wake();
  }
}

/** Encodes a message as a client's text frame (RFC 6455, section 5.2) whose mask is zero. */
function frameOf(message: object): Buffer {
  const text = Buffer.from(JSON.stringify(message));
  const length =
    text.length < 126 ? [0x80 | text.length] : [0x80 | 126, text.length >> 8, text.length & 0xff];
  return Buffer.concat([Buffer.from([0x81, ...length, 0, 0, 0, 0]), text]);
}

function readFrame(
  bytes: Buffer,
): { readonly opcode: number; readonly payload: Buffer; readonly length: number } | undefined {
  if (bytes.length < 2) return undefined;
  const short = bytes.readUInt8(1) & 0x7f;
  const head = short === 127 ? 10 : short === 126 ? 4 : 2;
  if (bytes.length < head) return undefined;
  const size =
    short === 127 ? Number(bytes.readBigUInt64BE(2)) : short === 126 ? bytes.readUInt16BE(2) : short;
  if (bytes.length < head + size) return undefined;
  return {
    opcode: bytes.readUInt8(0) & 0x0f,
    payload: bytes.subarray(head, head + size),
    length: head + size,
  };
}
