import type { WebSocket } from 'ws';

/**
 * Writes the messages of one WebSocket. A large message is written in fragments (RFC 6455, 5.4), each after the socket
 * has sent the previous fragment. Other messages wait for the last fragment, because fragments of two messages must not
 * be mixed.
 */
export class WebSocketWriter {
  readonly #client: WebSocket;
  /** Settles when the present large message is written; undefined when there is none. */
  #writing: Promise<void> | undefined;

  constructor(client: WebSocket) {
    this.#client = client;
  }

  /** Resolves when the message is written to the socket or the connection is closing. */
  send(message: string): Promise<void> {
    return this.#writing === undefined
      ? this.#write(message, true)
      : this.#writing.then(() => this.send(message));
  }

  /** Writes a message in slices; resolves as `send` does. All slices are written, unless the connection closes. */
  async sendInSlices(slices: AsyncIterable<string>): Promise<void> {
    while (this.#writing !== undefined) await this.#writing;
    this.#writing = this.#writeSlices(slices).finally(() => (this.#writing = undefined));
    await this.#writing;
  }

  async #writeSlices(slices: AsyncIterable<string>): Promise<void> {
    for await (const slice of slices) {
      if (this.#client.readyState !== this.#client.OPEN) return;
      await this.#write(slice, false);
    }
    await this.#write('', true);
  }

  #write(text: string, fin: boolean): Promise<void> {
    const client = this.#client;
    return new Promise((resolve) => {
      if (client.readyState === client.OPEN) client.send(text, { fin }, () => resolve());
      else resolve();
    });
  }
}
