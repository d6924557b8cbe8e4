import type { PostBatch } from '../ports/post-source.js';
import { countWords } from './count-words.js';
import { WORD_COUNTER_MODULE } from './word-counter-module.js';

/** Counts the words of a batch of posts. */
export interface WordCounter {
  /** @returns words of post i at index i, for `batch.count` posts; valid until the next call */
  count(batch: PostBatch): Uint32Array;
}

/** Sixteen bytes at a time where WebAssembly has SIMD (every supported Node.js), else byte by byte. */
export function createWordCounter(): WordCounter {
  const bytes = Buffer.from(WORD_COUNTER_MODULE, 'base64');
  return WebAssembly.validate(bytes) ? new WasmWordCounter(bytes) : new ScriptWordCounter();
}

interface Exports {
  readonly memory: WebAssembly.Memory;
  readonly count: (texts: number, starts: number, ends: number, words: number, n: number) => void;
}

const PAGE = 65_536;
/** The module loads sixteen bytes at once, also at a text's very end. */
const PADDING = 16;

/** Lays a batch into the module's memory: starts, ends, words (each n × u32), then the texts. */
export class WasmWordCounter implements WordCounter {
  readonly #exports: Exports;
  #bytes: Uint8Array;
  #numbers: Uint32Array;

  constructor(module: Uint8Array<ArrayBuffer>) {
    const instance = new WebAssembly.Instance(new WebAssembly.Module(module));
    this.#exports = instance.exports as unknown as Exports;
    this.#bytes = new Uint8Array(this.#exports.memory.buffer);
    this.#numbers = new Uint32Array(this.#exports.memory.buffer);
  }

  count({ count: n, text, starts, ends }: PostBatch): Uint32Array {
    const first = n === 0 ? 0 : (starts[0] as number);
    const length = n === 0 ? 0 : (ends[n - 1] as number) - first;
    const textsAt = n * 12;
    this.#reserve(textsAt + length + PADDING);
    this.#numbers.set(starts.subarray(0, n), 0);
    this.#numbers.set(ends.subarray(0, n), n);
    this.#bytes.set(text.subarray(first, first + length), textsAt);
    // Offsets count from the batch's own beginning, which may lie before the first text; u32 addresses wrap around.
    this.#exports.count((textsAt - first) | 0, 0, n * 4, n * 8, n);
    return this.#numbers.subarray(n * 2, n * 3);
  }

  #reserve(size: number): void {
    const { memory } = this.#exports;
    if (size <= memory.buffer.byteLength) return;
    memory.grow(Math.ceil((size - memory.buffer.byteLength) / PAGE));
    this.#bytes = new Uint8Array(memory.buffer);
    this.#numbers = new Uint32Array(memory.buffer);
  }
}

export class ScriptWordCounter implements WordCounter {
  #words = new Uint32Array(4096);

  count({ count: n, text, starts, ends }: PostBatch): Uint32Array {
    if (n > this.#words.length) this.#words = new Uint32Array(n);
    for (let post = 0; post < n; post += 1) this.#words[post] = countWords(text, starts[post], ends[post]);
    return this.#words.subarray(0, n);
  }
}
