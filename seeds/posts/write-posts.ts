import { Readable } from 'node:stream';
import type { Connection, ResultSetHeader } from 'mysql2';
import type { SeedPost } from './generate-posts.js';

const POSTS_PER_LOAD = 100_000;
const BYTES_PER_INSERT = 500_000;
/** Bytes of a row's other values, quotes and commas in an INSERT statement. */
const BYTES_BESIDE_CONTEXT = 50;
const BYTES_PER_CHUNK = 64 * 1024;

export interface Writing {
  readonly connection: Connection;
  readonly table: string;
  /** Called many times, with the number of posts that were written since the previous call. */
  readonly onWritten: (posts: number) => void;
}

/** Writes posts with LOAD DATA LOCAL INFILE, the fastest way into a table. The data come from a stream, not a file. */
export async function loadPosts(posts: Iterator<SeedPost>, writing: Writing): Promise<void> {
  const { connection, table, onWritten } = writing;
  for (let rest = peekable(posts); !rest.done();) {
    let sent = 0;
    const lines = linesOf(rest, (count) => {
      sent += count;
      onWritten(count);
    });
    const { affectedRows } = (await query(connection, {
      sql: `LOAD DATA LOCAL INFILE 'posts' INTO TABLE ${table} CHARACTER SET utf8mb4
            FIELDS TERMINATED BY '\\t' LINES TERMINATED BY '\\n' (user_id, context, created_at)`,
      infileStreamFactory: () => Readable.from(lines, { objectMode: false, highWaterMark: 1 }),
    })) as ResultSetHeader;
    // With LOCAL, the server skips rows that the table does not accept, without an error.
    if (affectedRows !== sent) throw new Error(`The server took ${affectedRows} of ${sent} posts.`);
  }
}

/**
 * Writes posts with INSERT, for servers that do not allow LOCAL INFILE (MySQL 8 by default). INSERT has a third of the
 * speed of LOAD DATA. Each statement is well below 1 MB, the smallest `max_allowed_packet` in use.
 */
export async function insertPosts(posts: Iterator<SeedPost>, writing: Writing): Promise<void> {
  const { connection, table, onWritten } = writing;
  for (let rest = peekable(posts); !rest.done();) {
    const values = [];
    for (let bytes = 0; bytes < BYTES_PER_INSERT && !rest.done();) {
      const { userId, context, createdAt } = rest.take();
      values.push([userId, context, databaseTime(createdAt)]);
      bytes += context.length + BYTES_BESIDE_CONTEXT;
    }
    await query(connection, {
      sql: `INSERT INTO ${table} (user_id, context, created_at) VALUES ?`,
      values: [values],
    });
    onWritten(values.length);
  }
}

export interface SeedQuery {
  readonly sql: string;
  readonly values?: unknown[];
  readonly infileStreamFactory?: () => Readable;
}

export function query(connection: Connection, options: SeedQuery): Promise<unknown> {
  return new Promise((resolve, reject) => {
    connection.query({ ...options }, (error, result) => {
      if (error) reject(error);
      else resolve(result);
    });
  });
}

function* linesOf(posts: Peekable, onWritten: (posts: number) => void): Generator<Buffer> {
  for (let left = POSTS_PER_LOAD; left > 0 && !posts.done();) {
    let lines = '';
    let count = 0;
    for (; left > 0 && lines.length < BYTES_PER_CHUNK && !posts.done(); left -= 1, count += 1) {
      const { userId, context, createdAt } = posts.take();
      lines += `${userId}\t${context}\t${databaseTime(createdAt)}\n`;
    }
    yield Buffer.from(lines);
    onWritten(count);
  }
}

interface Peekable {
  done(): boolean;
  take(): SeedPost;
}

function peekable(posts: Iterator<SeedPost>): Peekable {
  let next = posts.next();
  return {
    done: () => next.done === true,
    take() {
      const post = next.value as SeedPost;
      next = posts.next();
      return post;
    },
  };
}

function databaseTime(milliseconds: number): string {
  return new Date(milliseconds).toISOString().slice(0, 23).replace('T', ' ');
}
