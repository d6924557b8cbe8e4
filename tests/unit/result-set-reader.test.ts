import { describe, expect, test } from '@jest/globals';
import { packet, value } from '../support/mysql-protocol.js';
import { ResultSetReader } from '../../src/adapters/mysql/row-bytes/result-set-reader.js';

type Post = readonly [userId: number, text: string | null];

const HEAD = [packet(1, [2]), packet(2, 'user_id'), packet(3, 'context'), packet(4, [0xfe, 0, 0, 0x22, 0])];
const END = [0xfe, 0, 0, 0x22, 0];
const POSTS: readonly Post[] = [
  [1, 'one two'],
  [-7, ''],
  [2_147_483_647, 'ünï 語 🙂'],
  [3, null],
  [4, 'x'.repeat(250)],
  [5, 'y'.repeat(251)],
  [6, 'z'.repeat(70_000)],
];

describe('ResultSetReader', () => {
  test('gives the same posts wherever the bytes are cut', () => {
    const bytes = Buffer.concat([...HEAD, ...rows(POSTS.slice(0, 6)), packet(11, END)]);
    for (let cut = 1; cut < bytes.length; cut += 1) {
      const { posts, reader } = readAll([bytes.subarray(0, cut), bytes.subarray(cut)]);
      expect(posts).toEqual(POSTS.slice(0, 6).map(([id, text]) => [id, text ?? '']));
      expect(reader.isOver).toBe(true);
    }
  });

  test('gives the same posts byte by byte', () => {
    const bytes = Buffer.concat([...HEAD, ...rows(POSTS.slice(0, 5)), packet(10, END)]);
    expect(readAll([...bytes].map((byte) => Buffer.from([byte]))).posts).toHaveLength(5);
  });

  test('reads rows longer than 64 kB, and rows that go on in a second and third packet', () => {
    const long: Post = [8, 'w'.repeat(0xff_ff_ff + 100)];
    const exact: Post = [9, 'v'.repeat(2 * 0xff_ff_ff - 6)]; // ends exactly with a packet: an empty one follows
    const { posts } = readAll([
      Buffer.concat([...HEAD, ...rows([...POSTS, long, exact, [10, 'end']]), packet(9, END)]),
    ]);
    expect(posts.map(([id, text]) => [id, text.length])).toEqual([
      ...POSTS.map(([id, text]) => [id, text?.length ?? 0]),
      [8, long[1]?.length],
      [9, exact[1]?.length],
      [10, 3],
    ]);
  });

  test('hands head and end to the driver, the end numbered as if there had been no rows', () => {
    const { driver } = readAll([Buffer.concat([...HEAD, ...rows(POSTS), packet(200, END)])]);
    expect(driver).toEqual(Buffer.concat([...HEAD, packet(5, END)]));
  });

  test('hands an error in the middle of the rows to the driver', () => {
    const failure = [0xff, 0x2d, 0x07, ...Buffer.from('#70100killed')];
    const { posts, driver, reader } = readAll([
      Buffer.concat([...HEAD, ...rows(POSTS.slice(0, 2)), packet(7, failure)]),
    ]);
    expect(posts).toHaveLength(2);
    expect(driver).toEqual(Buffer.concat([...HEAD, packet(5, failure)]));
    expect(reader.isOver).toBe(true);
  });

  test('is over at once when there is no result', () => {
    const { reader, driver } = readAll([packet(1, [0xff, 1, 2, 3])]);
    expect(reader.isOver).toBe(true);
    expect(driver).toEqual(packet(1, [0xff, 1, 2, 3]));
  });

  test('does not take a long row that begins like the end for the end', () => {
    const { reader } = stage();
    const bytes = Buffer.concat([...HEAD, packet(5, [0xfe, ...Buffer.alloc(12)])]);
    reader.read(bytes, bytes.length);
    expect(reader.isOver).toBe(false);
  });

  test('leaves what comes behind the end unread', () => {
    const bytes = Buffer.concat([...HEAD, packet(5, END), Buffer.from('more')]);
    const { reader } = stage();
    expect(reader.read(bytes, bytes.length)).toBe(bytes.length - 4);
  });

  test('says once what went wrong and reads the rest for the driver', () => {
    const { reader, errors, driver } = stage(() => {
      throw new Error('enough');
    });
    const long: Post = [8, 'w'.repeat(0xff_ff_ff + 100)]; // makes a batch of its own
    const bytes = Buffer.concat([...HEAD, ...rows([...POSTS, long, ...POSTS]), packet(20, END)]);
    expect(reader.read(bytes, bytes.length)).toBe(bytes.length);
    expect(errors).toEqual([new Error('enough')]);
    expect(Buffer.concat(driver)).toEqual(Buffer.concat([...HEAD, packet(5, END)]));
  });

  test('refuses a result in the form of CLIENT_DEPRECATE_EOF, which is not asked for', () => {
    const okInsteadOfEof = [0xfe, 0, 0, 0x02, 0, 0, 0, 3, ...Buffer.from('abc')];
    const withoutEof = Buffer.concat([...HEAD.slice(0, 3), ...rows(POSTS)]);
    const endingWithOk = Buffer.concat([...HEAD, ...rows(POSTS.slice(0, 1)), packet(6, okInsteadOfEof)]);
    for (const [bytes, message] of [
      [withoutEof, 'expected EOF behind the columns'],
      [endingWithOk, "expected a user's id, but found the byte 254"],
    ] as const) {
      const { reader, errors } = stage();
      reader.read(bytes, bytes.length);
      expect(errors).toEqual([new Error(message)]);
    }
  });

  test('refuses a row that does not end with its text', () => {
    const { reader, errors } = stage();
    const row = Buffer.concat([value('1'), value('one'), value('two')]);
    const bytes = Buffer.concat([...HEAD, packet(5, row)]);
    reader.read(bytes, bytes.length);
    expect(errors).toEqual([new Error('expected the row to end with its text')]);
  });

  test('refuses a result of other columns', () => {
    const { reader, errors } = stage();
    const bytes = packet(1, [3]);
    reader.read(bytes, bytes.length);
    expect(errors).toEqual([new Error('expected two columns, but there are 3')]);
  });
});

function stage(onBatch?: () => void) {
  const posts: [number, string][] = [];
  const driver: Buffer[] = [];
  const errors: unknown[] = [];
  const reader = new ResultSetReader({
    toDriver: (bytes) => driver.push(bytes),
    onError: (error) => errors.push(error),
    onBatch:
      onBatch ??
      (({ count, userIds, text, starts, ends }) => {
        for (let row = 0; row < count; row += 1) {
          posts.push([userIds[row] as number, Buffer.from(text.subarray(starts[row], ends[row])).toString()]);
        }
      }),
  });
  return { reader, posts, driver, errors };
}

/** Feeds chunks as a socket would: what was not read comes again in front of the next chunk. */
function readAll(chunks: readonly Buffer[]) {
  const { reader, posts, driver, errors } = stage();
  let waiting = Buffer.alloc(0);
  for (const chunk of chunks) {
    waiting = Buffer.concat([waiting, chunk]);
    if (waiting.length < reader.needed) continue;
    waiting = waiting.subarray(reader.read(waiting, waiting.length));
  }
  expect(errors).toEqual([]);
  return { reader, posts, driver: Buffer.concat(driver) };
}

function rows(posts: readonly Post[]): Buffer[] {
  return posts.map(([userId, text], index) => {
    return packet(5 + index, Buffer.concat([value(String(userId)), value(text)]));
  });
}
