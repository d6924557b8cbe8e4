import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

export interface DatabaseProxy {
  /** The database's address, through the proxy. */
  readonly url: string;
  /** Stops all bytes in both directions and keeps the connections open, like a server that hangs. */
  freeze(): void;
  thaw(): void;
  /** The next statement with this text is executed, but its answer is lost with the connection. */
  loseAnswerTo(text: string): { readonly wasLost: () => boolean };
  /**
   * The next statement with this text does not reach the server: its connection to the server breaks, `meanwhile` is
   * run, and then the client's side breaks.
   */
  loseRequest(text: string, meanwhile: () => Promise<unknown>): void;
  /** Counts the server's answers with this error from now on. */
  countErrors(errno: number): { readonly count: () => number };
  /** Replaces `text` by `by` in clients' messages, until `undo()`. Both texts have the same length. */
  replace(text: string, by: string): { undo(): void };
  /** Leads new connections to another server. */
  leadTo(databaseUrl: string): void;
  /**
   * Breaks the connection of each message with this text while the server executes the message. Undefined breaks none.
   */
  breakDuring(text: string | undefined): void;
  close(): Promise<void>;
}

/** Starts a proxy between a test and the database, which fails as networks do. */
export async function createDatabaseProxy(databaseUrl: string): Promise<DatabaseProxy> {
  let target = new URL(databaseUrl);
  let replaced: { readonly text: string; readonly by: string } | undefined;
  const sockets = new Set<Socket>();
  let isFrozen = false;
  let lostAnswerTo: string | undefined;
  const counters = new Set<{ readonly packet: Buffer; count: number }>();
  let lostRequest: { readonly text: string; readonly meanwhile: () => Promise<unknown> } | undefined;

  let brokenDuring: string | undefined;

  const server = createServer((client) => {
    const database = connect({ host: target.hostname, port: Number(target.port) });
    let isLosing = false;
    const end = () => {
      client.destroy();
      database.destroy();
      sockets.delete(client);
      sockets.delete(database);
    };
    for (const socket of [client, database]) {
      sockets.add(socket);
      socket.setNoDelay(true).on('error', end).on('close', end);
      if (isFrozen) socket.pause();
    }
    client.on('data', (data) => {
      const at = replaced === undefined ? -1 : data.indexOf(replaced.text);
      if (replaced !== undefined && at >= 0) data.write(replaced.by, at);
      if (lostRequest !== undefined && data.includes(lostRequest.text)) {
        const { meanwhile } = lostRequest;
        lostRequest = undefined;
        database.off('close', end).destroy();
        void meanwhile().finally(end);
        return;
      }
      if (lostAnswerTo !== undefined && data.includes(lostAnswerTo)) {
        lostAnswerTo = undefined;
        isLosing = true;
      }
      database.write(data);
      if (brokenDuring !== undefined && data.includes(brokenDuring)) end();
    });
    database.on('data', (data) => {
      for (const counter of counters) if (data.includes(counter.packet)) counter.count += 1;
      if (isLosing) end();
      else client.write(data);
    });
    if (isFrozen) database.pause();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  const url = new URL(databaseUrl);
  url.port = String((server.address() as AddressInfo).port);
  return {
    url: url.href,
    freeze() {
      isFrozen = true;
      for (const socket of sockets) socket.pause();
    },
    thaw() {
      isFrozen = false;
      for (const socket of sockets) socket.resume();
    },
    loseAnswerTo(text) {
      lostAnswerTo = text;
      return { wasLost: () => lostAnswerTo === undefined };
    },
    loseRequest(text, meanwhile) {
      lostRequest = { text, meanwhile };
    },
    countErrors(errno) {
      // The beginning of an error packet: 0xff, the error's number, and `#`, which announces the SQL state.
      const counter = { packet: Buffer.from([0xff, errno & 0xff, errno >> 8, 0x23]), count: 0 };
      counters.add(counter);
      return { count: () => counter.count };
    },
    replace(text, by) {
      replaced = { text, by };
      return { undo: () => void (replaced = undefined) };
    },
    leadTo(other) {
      target = new URL(other);
    },
    breakDuring(text) {
      brokenDuring = text;
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
