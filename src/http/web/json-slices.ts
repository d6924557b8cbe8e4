import type { Answer } from './answer.js';

/** Characters that are written at a time. */
const SLICE = 64 * 1024;

/** A large value as an answer that is written in slices. */
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
 * A large value in JSON, with a line feed at the end. Other work of the process runs after each slice, and a slice is
 * written when the client has taken the one before: neither the time nor the memory of the whole text is taken at
 * once. Lists are written entry by entry; an entry is written in one go.
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
