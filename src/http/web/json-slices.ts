import type { Answer } from './answer.js';

/** From this number of characters on, a slice is written. */
const SLICE = 64 * 1024;

/** An answer that writes a large value in slices. */
export function largeJson(
  value: unknown,
  { headers = {} }: { readonly headers?: Readonly<Record<string, string>> } = {},
): Answer {
  return {
    status: 200,
    headers: { 'content-type': 'application/json', ...headers },
    body: jsonSlices(value),
  };
}

/**
 * Writes a large value as JSON in slices, with a line feed at the end. Other work runs between slices, and a slice is
 * made when the client has taken the previous slice. So the whole text neither blocks the process nor is held in memory
 * at once. A list is written entry by entry; an entry is not divided.
 */
export async function* jsonSlices(value: unknown): AsyncGenerator<string> {
  let slice = '';
  for (const piece of piecesOf(value)) {
    slice += piece;
    if (slice.length < SLICE) continue;
    yield slice;
    slice = '';
    await new Promise(setImmediate);
  }
  yield `${slice}\n`;
}

export async function* between(
  before: string,
  slices: AsyncIterable<string>,
  after: string,
): AsyncGenerator<string> {
  yield before;
  yield* slices;
  yield after;
}

function* piecesOf(value: unknown): Generator<string> {
  if (Array.isArray(value)) {
    let before = '[';
    for (const entry of value as readonly unknown[]) {
      yield `${before}${JSON.stringify(entry) ?? 'null'}`;
      before = ',';
    }
    yield before === '[' ? '[]' : ']';
    return;
  }
  if (typeof value !== 'object' || value === null || 'toJSON' in value) {
    yield JSON.stringify(value);
    return;
  }
  let before = '{';
  for (const [name, member] of Object.entries(value)) {
    if (member === undefined) continue;
    yield `${before}${JSON.stringify(name)}:`;
    yield* piecesOf(member);
    before = ',';
  }
  yield before === '{' ? '{}' : '}';
}
