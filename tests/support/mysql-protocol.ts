/** The server's side of the protocol of MySQL and MariaDB, as far as a SELECT needs it. */

/** Encodes a value of a text row. */
export function value(text: string | null): Buffer {
  if (text === null) return Buffer.from([0xfb]);
  return Buffer.concat([length(Buffer.byteLength(text)), Buffer.from(text)]);
}

/** Adds the header of 4 bytes. A payload that is too long for one packet becomes several packets. */
export function packet(sequence: number, payload: string | readonly number[] | Buffer): Buffer {
  const bytes = Buffer.isBuffer(payload) ? payload : Buffer.from(payload as string);
  const parts: Buffer[] = [];
  let at = 0;
  for (let part = 0; ; part += 1) {
    const some = bytes.subarray(at, at + 0xff_ff_ff);
    const head = Buffer.alloc(4);
    head.writeUIntLE(some.length, 0, 3);
    head[3] = (sequence + part) & 0xff;
    parts.push(head, some);
    at += some.length;
    if (some.length < 0xff_ff_ff) return Buffer.concat(parts);
  }
}

const MORE_RESULTS = 0x08;

/**
 * Joins the answers to several statements in one message. Their sequence numbers continue, and each answer except the
 * last has the flag MORE_RESULTS.
 */
export function inOneMessage(answers: readonly Buffer[]): Buffer {
  let sequence = 0;
  for (const [index, answer] of answers.entries()) {
    let last = 0;
    for (let at = 0; at < answer.length; at += 4 + answer.readUIntLE(at, 3)) {
      sequence += 1;
      answer[at + 3] = sequence & 0xff;
      last = at;
    }
    // The status follows the first byte and two more bytes: in EOF the number of warnings, in OK two counts.
    const status = last + 4 + 3;
    if (index < answers.length - 1) answer[status] = (answer[status] as number) | MORE_RESULTS;
  }
  return Buffer.concat(answers);
}

function length(value: number): Buffer {
  if (value < 251) return Buffer.from([value]);
  const bytes = Buffer.alloc(value < 2 ** 16 ? 3 : value < 2 ** 24 ? 4 : 9);
  bytes[0] = value < 2 ** 16 ? 0xfc : value < 2 ** 24 ? 0xfd : 0xfe;
  bytes.writeUIntLE(value, 1, Math.min(6, bytes.length - 1));
  return bytes;
}

/**
 * The packets before the rows of a result: number of columns, one packet per column, EOF. Their sequence numbers start
 * at 1.
 */
export function resultHead(columns: readonly { readonly name: string; readonly type: number }[]): Buffer {
  const packets = columns.map(({ name, type }, index) => {
    const names = ['def', 'posts_report', 'posts', 'posts', name, name].map(value);
    const rest = Buffer.from([0x0c, 45, 0, 0xff, 0xff, 0, 0, type, 0, 0, 0, 0, 0]);
    return packet(2 + index, Buffer.concat([...names, rest]));
  });
  return Buffer.concat([packet(1, [columns.length]), ...packets, packet(2 + columns.length, EOF)]);
}

export const LONG = 3;
export const BLOB = 0xfc;
export const VAR_STRING = 0xfd;
/** An EOF packet with the status flag for autocommit. */
export const EOF: readonly number[] = [0xfe, 0, 0, 0x02, 0];

export function errorPacket(sequence: number, errno: number, message: string): Buffer {
  return packet(sequence, [0xff, errno & 0xff, errno >> 8, ...Buffer.from(`#70100${message}`)]);
}
