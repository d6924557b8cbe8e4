import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createRowSource } from '../../src/adapters/mysql/mysql-row-source.js';
import { posts as postsReport } from '../../src/reports/kinds/posts.js';
import type { RowSource } from '../../src/reports/ports/row-source.js';
import { queryOf } from '../../src/reports/report-definition.js';
import type { TextColumn } from '../../src/reports/text-column.js';
import { EVERYTHING } from '../support/reports.js';
import { BLOB, EOF, errorPacket, LONG, packet, resultHead, value } from '../support/mysql-protocol.js';
import {
  DEPRECATE_EOF,
  startScriptedMySqlServer,
  type ScriptedMySqlServer,
} from '../support/scripted-mysql-server.js';
import { until } from '../support/waiting.js';

type Post = readonly [userId: number, context: string | null];

const POSTS: readonly Post[] = [
  [1, 'one two'],
  [-2, ''],
  [3, null],
  [40, 'ünï 語'],
];
const HEAD = resultHead([
  { name: 'user_id', type: LONG },
  { name: 'context', type: BLOB },
]);
const ROWS = rowsOf(POSTS);
const WHOLE = Buffer.concat([HEAD, ROWS, packet(5 + POSTS.length, EOF)]);

describe.each([
  ['MySQL 8', '8.0.40'],
  ['MariaDB', '5.5.5-10.11.19-MariaDB'],
])('posts from a server that greets as %s', (_name, version) => {
  describe.each([
    ['past the driver', true],
    ['through the driver', false],
  ])('%s', (_way, rowBytes) => {
    let server: ScriptedMySqlServer;
    let source: RowSource & { close(): Promise<void> };
    beforeAll(async () => {
      server = await startScriptedMySqlServer(version);
      source = createRowSource({ sourceUrl: server.url, databaseUrl: server.url, rowBytes });
    });
    afterAll(async () => {
      await source.close();
      await server.close();
    });

    const read = async (signal = new AbortController().signal, onBatch = () => {}) => {
      const posts: [number, string][] = [];
      await source.read(queryOf(postsReport, EVERYTHING), {
        signal,
        onStart() {},
        onBatch({ count, columns }) {
          const [userIds, { bytes, starts, ends }] = columns as readonly [Int32Array, TextColumn];
          for (let row = 0; row < count; row += 1) {
            const context = Buffer.from(bytes.subarray(starts[row], ends[row])).toString();
            posts.push([userIds[row] as number, context]);
          }
          onBatch();
        },
      });
      return posts;
    };
    const expected = POSTS.map(([userId, context]) => [userId, context ?? '']);

    test('the same posts come wherever the answer is cut, over one connection', async () => {
      for (let cut = 1; cut < WHOLE.length; cut += 1) {
        server.answer = { chunks: [WHOLE.subarray(0, cut), WHOLE.subarray(cut)] };
        expect(await read()).toEqual(expected);
      }
      server.answer = { chunks: [...WHOLE].map((byte) => Buffer.from([byte])) };
      expect(await read()).toEqual(expected);

      expect(server.connections).toBe(1);
    });

    test('results are asked for in the form with EOF, although the server offers another', () => {
      expect([...server.asked].map((flags) => flags & DEPRECATE_EOF)).toEqual([0]);
    });

    test('a row is not taken for the end because of its length', async () => {
      const posts: Post[] = [
        [5, 'x'.repeat(0xfe)],
        [6, 'y'.repeat(0xfe_fe_fe)],
        [7, 'z'.repeat(0xff_ff_ff + 0xfe)],
      ];
      const rows = rowsOf(posts);
      server.answer = { chunks: [Buffer.concat([HEAD, rows, packet(9, EOF)])] };

      expect((await read()).map(([userId, { length }]) => [userId, length])).toEqual(
        posts.map(([userId, context]) => [userId, context?.length]),
      );
    });

    test('a table without posts has none', async () => {
      server.answer = { chunks: [HEAD, packet(5, EOF)] };
      expect(await read()).toEqual([]);
    });

    test('a connection that dies at any byte is an error, never a short report', async () => {
      for (let cut = 0; cut < WHOLE.length; cut += 1) {
        server.answer = { chunks: [WHOLE.subarray(0, cut)], afterwards: 'close' };
        await expect(read()).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
      }
      server.answer = { chunks: [WHOLE] };
      expect(await read()).toEqual(expected);
    });

    test('an error in the middle of the rows is the end of the report, wherever it is cut', async () => {
      const failed = Buffer.concat([HEAD, ROWS, errorPacket(5 + POSTS.length, 1317, 'interrupted')]);
      for (let cut = HEAD.length; cut < failed.length; cut += 1) {
        server.answer = { chunks: [failed.subarray(0, cut), failed.subarray(cut)] };
        await expect(read()).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
      }
    });

    test('an abort in the middle of a row ends the reading and the query', async () => {
      const reason = new Error('not wanted any more');
      for (const cut of [HEAD.length + 2, HEAD.length + 7, WHOLE.length - 12]) {
        const abort = new AbortController();
        const { selects } = server;
        const kills = server.killed.length;
        server.answer = { chunks: [WHOLE.subarray(0, cut)], afterwards: 'hang' };

        const reading = read(abort.signal);
        void until(async () => server.selects > selects).then(() => abort.abort(reason));

        await expect(reading).rejects.toBe(reason);
        await until(async () => server.killed.length > kills, 2000);
      }
      server.answer = { chunks: [WHOLE] };
      expect(await read()).toEqual(expected);
    });
  });
});

function rowsOf(posts: readonly Post[]): Buffer {
  let sequence = 5;
  return Buffer.concat(
    posts.map(([userId, context]) => {
      const row = Buffer.concat([value(String(userId)), value(context)]);
      const bytes = packet(sequence, row);
      sequence += 1 + Math.floor(row.length / 0xff_ff_ff);
      return bytes;
    }),
  );
}
