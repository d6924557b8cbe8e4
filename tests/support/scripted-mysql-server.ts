import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { EXPECTED_VARIABLES } from '../../src/adapters/mysql/prepare-session.js';
import { EOF, inOneMessage, LONG, packet, resultHead, value, VAR_STRING } from './mysql-protocol.js';

/** The answer to a SELECT of posts: its chunks in order, and how the connection continues. */
interface ScriptedAnswer {
  readonly chunks: readonly Buffer[];
  /** `close` breaks the connection. `hang` sends nothing more. */
  readonly afterwards?: 'close' | 'hang';
}

export interface ScriptedMySqlServer {
  readonly url: string;
  /** The answer to each later SELECT of posts. */
  answer: ScriptedAnswer;
  /** Number of connections that clients have opened so far. */
  readonly connections: number;
  /** Number of SELECTs of posts that the server has received so far. */
  readonly selects: number;
  /** The capability flags that clients sent in reply to the greeting, as numbers of 32 bits. */
  readonly asked: ReadonlySet<number>;
  /** Numbers of the connections whose statement a client has killed. */
  readonly killed: readonly number[];
  close(): Promise<void>;
}

export const DEPRECATE_EOF = 1 << 24;
/** The capability flags of a current server, without TLS (bit 11) and compression (bit 5). */
const OFFERED = (0xff_ff_ff_ff & ~(1 << 11) & ~(1 << 5)) >>> 0;

/**
 * A fake server for tests of the protocol. It accepts every account, and answers a SELECT of posts with the bytes that
 * the test sets. Other statements get a minimal answer.
 */
export async function startScriptedMySqlServer(version: string): Promise<ScriptedMySqlServer> {
  const sockets = new Set<Socket>();
  const asked = new Set<number>();
  const killed: number[] = [];
  let selects = 0;
  /** The latest SELECT of posts on each connection, by the connection's number. */
  const running = new Map<number, string>();
  let connections = 0;
  let answer: ScriptedAnswer = { chunks: [] };

  const server = createServer((socket) => {
    connections += 1;
    const connection = connections;
    sockets.add(socket);
    socket.setNoDelay(true).on('close', () => sockets.delete(socket));
    socket.on('error', () => {});
    socket.write(greeting(version, connection));
    let greeted = false;
    let unread = Buffer.alloc(0);
    socket.on('data', (data) => {
      unread = Buffer.concat([unread, data]);
      while (unread.length >= 4 && unread.length >= 4 + unread.readUIntLE(0, 3)) {
        const payload = unread.subarray(4, 4 + unread.readUIntLE(0, 3));
        unread = unread.subarray(4 + payload.length);
        if (greeted) reply(socket, connection, payload.subarray(1).toString());
        else {
          asked.add(payload.readUInt32LE(0));
          socket.write(packet(2, OK));
        }
        greeted = true;
      }
    });
  });

  function reply(socket: Socket, connection: number, message: string): void {
    const [, kill] = /KILL QUERY (\d+)/.exec(message) ?? [];
    if (kill !== undefined) killed.push(Number(kill));
    if (message.includes('SHOW PROCESSLIST')) socket.write(processList(running));
    else if (message.includes('select `user_id`') && !message.includes('EXPLAIN')) {
      selects += 1;
      running.set(connection, message);
      void send(socket, answer);
    } else socket.write(inOneMessage(message.split('; ').map(smallAnswer)));
  }

  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `mysql://app:secret@127.0.0.1:${port}/posts_report`,
    get answer() {
      return answer;
    },
    set answer(next) {
      answer = next;
    },
    get connections() {
      return connections;
    },
    get selects() {
      return selects;
    },
    asked,
    killed,
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const OK = [0, 0, 0, 0x02, 0, 0, 0];

/** Waits until each chunk has been sent before the next one, so that the client reads the chunks one by one. */
async function send(socket: Socket, { chunks, afterwards }: ScriptedAnswer): Promise<void> {
  for (const chunk of chunks) {
    await new Promise((resolve) => socket.write(chunk, resolve));
    for (let turn = 0; turn < 3; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  }
  if (afterwards === 'close') socket.destroy();
}

function smallAnswer(statement: string): Buffer {
  if (statement.includes('EXPLAIN')) return result([{ name: 'rows', type: LONG }], [['7']]);
  if (statement.includes('AS now')) {
    return result([{ name: 'now', type: VAR_STRING }], [['2026-01-01 00:00:00.000']]);
  }
  if (statement.includes('SHOW SESSION VARIABLES')) {
    const names = ['Variable_name', 'Value'].map((name) => ({ name, type: VAR_STRING }));
    return result(names, [...EXPECTED_VARIABLES]);
  }
  return packet(1, OK);
}

function processList(statements: ReadonlyMap<number, string>): Buffer {
  const columns = [
    { name: 'Id', type: LONG },
    { name: 'Info', type: VAR_STRING },
  ];
  return result(
    columns,
    [...statements].map(([connection, statement]) => [String(connection), statement.slice(0, 100)]),
  );
}

function result(columns: Parameters<typeof resultHead>[0], rows: readonly (readonly string[])[]): Buffer {
  const after = 3 + columns.length;
  const packets = rows.map((row, index) => packet(after + index, Buffer.concat(row.map(value))));
  return Buffer.concat([resultHead(columns), ...packets, packet(after + rows.length, EOF)]);
}

function greeting(version: string, connection: number): Buffer {
  const head = Buffer.from([10, ...Buffer.from(version), 0]);
  const id = Buffer.alloc(4);
  id.writeUInt32LE(connection);
  const offered = Buffer.alloc(4);
  offered.writeUInt32LE(OFFERED);
  const challenge = Buffer.alloc(20, 'c');
  return packet(
    0,
    Buffer.concat([
      ...[head, id, challenge.subarray(0, 8), Buffer.from([0]), offered.subarray(0, 2)],
      ...[Buffer.from([45, 2, 0]), offered.subarray(2), Buffer.from([21]), Buffer.alloc(10)],
      ...[challenge.subarray(8), Buffer.from([0]), Buffer.from('mysql_native_password\0')],
    ]),
  );
}
