import { connect, createServer, type Server, type Socket } from 'node:net';

/**
 * A proxy between a process and a server that can damage the connection. Of MySQL's protocol it recognises COMMIT and
 * the SELECT of posts.
 */
export class TcpProxy {
  readonly port: number;
  readonly #server: Server;
  readonly #targetPort: number;
  readonly #connections = new Set<Connection>();
  #mode: 'pass' | 'drop' | 'cut' = 'pass';
  #delayMs = 0;
  #holdsRead: (query: Buffer) => boolean = () => false;
  #commitsToLose: { when: 'before' | 'after'; count: number } = { when: 'after', count: 0 };

  private constructor(server: Server, port: number, targetPort: number) {
    this.#server = server;
    this.port = port;
    this.#targetPort = targetPort;
    server.on('connection', (client) => this.#open(client));
  }

  static async listen(port: number, targetPort: number): Promise<TcpProxy> {
    const server = createServer({ noDelay: true });
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, '127.0.0.1', resolve);
    });
    return new TcpProxy(server, port, targetPort);
  }

  pass(): void {
    this.#mode = 'pass';
    this.#delayMs = 0;
    for (const connection of this.#connections) connection.resume();
  }

  delay(milliseconds: number): void {
    this.#delayMs = milliseconds;
  }

  drop(): void {
    this.#mode = 'drop';
    for (const connection of this.#connections) connection.pause();
  }

  cut(): void {
    this.#mode = 'cut';
    for (const connection of this.#connections) connection.destroy();
  }

  loseCommits(when: 'before' | 'after', count: number): void {
    this.#commitsToLose = { when, count };
  }

  /**
   * Holds back the rows of reports until `releaseReads()`. With `queries`, holds back only the rows of these queries.
   */
  holdReads(queries?: readonly Buffer[]): void {
    this.#holdsRead =
      queries === undefined ? () => true : (query) => queries.some((one) => one.equals(query));
  }

  /** The queries of the reports that wait for their rows. */
  get heldQueries(): readonly Buffer[] {
    return [...this.#connections].flatMap(({ heldQuery }) => heldQuery ?? []);
  }

  releaseReads(): void {
    this.#holdsRead = () => false;
    for (const connection of this.#connections) connection.release();
  }

  async close(): Promise<void> {
    for (const connection of this.#connections) connection.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #open(client: Socket): void {
    if (this.#mode === 'cut') {
      client.on('error', () => {});
      client.destroy();
      return;
    }
    const connection: Connection = new Connection(client, connect(this.#targetPort, '127.0.0.1'), {
      delayMs: () => this.#delayMs,
      asked: (chunk) => this.#asked(connection, chunk),
      closed: () => this.#connections.delete(connection),
    });
    this.#connections.add(connection);
    if (this.#mode === 'drop') connection.pause();
  }

  /** Returns whether the proxy passes the client's bytes to the server. */
  #asked(connection: Connection, chunk: Buffer): boolean {
    if (readsPosts(chunk) && this.#holdsRead(chunk)) connection.hold(chunk);
    if (connection.commits(chunk) && this.#commitsToLose.count > 0) {
      this.#commitsToLose.count -= 1;
      if (this.#commitsToLose.when === 'before') return false;
      connection.loseAnswer();
    }
    return true;
  }
}

/**
 * MySQL's protocol marks a text query (COM_QUERY) by 0x03. A query may hold several statements, the last of which is
 * COMMIT or ROLLBACK.
 */
const BEGIN = Buffer.from('\x03START TRANSACTION');
const COMMIT = Buffer.from('COMMIT');
const ROLLBACK = Buffer.from('ROLLBACK');
const INSERTING_JOB = Buffer.from('\x03INSERT INTO report_jobs');
const COLUMNS_OF_POSTS = Buffer.from('`user_id`, `context`');
const EXPLAIN = Buffer.from('EXPLAIN');

function readsPosts(chunk: Buffer): boolean {
  return chunk.includes(COLUMNS_OF_POSTS) && !chunk.includes(EXPLAIN);
}

interface ConnectionHooks {
  readonly delayMs: () => number;
  readonly asked: (chunk: Buffer) => boolean;
  readonly closed: () => void;
}

class Connection {
  readonly #client: Socket;
  readonly #server: Socket;
  readonly #closed: () => void;
  readonly #toServer: (chunk: Buffer) => void;
  readonly #toClient: (chunk: Buffer) => void;
  heldQuery: Buffer | undefined;
  #held: Buffer[] = [];
  #losingAnswer = false;
  #inTransaction = false;

  constructor(client: Socket, server: Socket, { delayMs, asked, closed }: ConnectionHooks) {
    this.#client = client;
    this.#server = server;
    this.#closed = closed;
    this.#toServer = inOrder(server, delayMs);
    this.#toClient = inOrder(client, delayMs);
    client.on('data', (chunk) => (asked(chunk) ? this.#toServer(chunk) : this.destroy()));
    server.on('data', (chunk) => this.#answered(chunk));
    for (const socket of [client, server]) {
      socket.setNoDelay(true);
      socket.on('error', () => {});
      socket.on('close', () => this.destroy());
    }
  }

  pause(): void {
    this.#client.pause();
    this.#server.pause();
  }

  resume(): void {
    this.#client.resume();
    this.#server.resume();
  }

  hold(query: Buffer): void {
    this.heldQuery = query;
  }

  release(): void {
    this.heldQuery = undefined;
    for (const chunk of this.#held.splice(0)) this.#toClient(chunk);
  }

  /** Whether the query ends a transaction, or is a transaction by itself. */
  commits(query: Buffer): boolean {
    if (query.includes(BEGIN)) this.#inTransaction = true;
    if (endsWith(query, ROLLBACK)) this.#inTransaction = false;
    if (!endsWith(query, COMMIT)) return !this.#inTransaction && query.includes(INSERTING_JOB);
    this.#inTransaction = false;
    return true;
  }

  loseAnswer(): void {
    this.#losingAnswer = true;
  }

  destroy(): void {
    this.#client.destroy();
    this.#server.destroy();
    this.#closed();
  }

  #answered(chunk: Buffer): void {
    if (this.#losingAnswer) this.destroy();
    else if (this.heldQuery === undefined) this.#toClient(chunk);
    else this.#held.push(chunk);
  }
}

function endsWith(query: Buffer, end: Buffer): boolean {
  return query.subarray(-end.length).equals(end);
}

/** Delays writes and keeps their order, also when the delay changes. */
function inOrder(socket: Socket, delayMs: () => number): (chunk: Buffer) => void {
  let waiting = 0;
  let lastAt = 0;
  return (chunk) => {
    const now = performance.now();
    const at = Math.max(lastAt, now + delayMs());
    if (waiting === 0 && at <= now) {
      socket.write(chunk);
      return;
    }
    lastAt = at;
    waiting += 1;
    setTimeout(() => {
      waiting -= 1;
      socket.write(chunk);
    }, at - now);
  };
}
