import type { TextColumn } from '../text-column.js';
import { countWordsOfText } from './count-words-of-text.js';
import { WORD_COUNTER_MODULE } from './word-counter-module.js';

/** Counts the words of a batch of texts. */
export interface WordCounter {
  /** @returns the number of words of text i at index i; the array is valid until the next call */
  count(texts: TextColumn): Uint32Array;
}

/**
 * The number of words of each text. All calls in a thread share one counter, so the array is valid until the next call.
 */
export function countWords(texts: TextColumn): Uint32Array {
  shared ??= createWordCounter();
  return shared.count(texts);
}

let shared: WordCounter | undefined;

/**
 * Creates a counter that reads 64 bytes at a time where WebAssembly has SIMD (in every supported Node.js), else byte by
 * byte. Reuse a counter, because creating it takes as long as counting two thousand posts, and a new counter runs
 * slower until it is optimised.
 */
export function createWordCounter(): WordCounter {
  const bytes = Buffer.from(WORD_COUNTER_MODULE, 'base64');
  return WebAssembly.validate(bytes)
    ? new WasmWordCounter(new WebAssembly.Module(bytes))
    : new ScriptWordCounter();
}

interface Exports {
  readonly memory: WebAssembly.Memory;
  readonly count: (texts: number, starts: number, ends: number, words: number, n: number) => void;
}

const PAGE = 65_536;
/** Bytes of padding after the last text, because the WebAssembly module reads sixteen bytes at once. */
const PADDING_BYTES = 16;
/** Size of the memory that is kept between batches. Only a batch with an unusually long text needs more. */
const KEPT_BYTES = 1024 * 1024;

/**
 * Counts words in WebAssembly. A batch has this layout in the module's memory: starts, ends, words (each n × u32), then
 * the texts.
 */
export class WasmWordCounter implements WordCounter {
  readonly #module: WebAssembly.Module;
  #exports: Exports;
  #bytes = new Uint8Array();
  #numbers = new Uint32Array();

  constructor(module: WebAssembly.Module) {
    this.#module = module;
    this.#exports = this.#instantiate();
  }

  count({ bytes, starts, ends }: TextColumn): Uint32Array {
    const n = starts.length;
    const first = n === 0 ? 0 : (starts[0] as number);
    const length = n === 0 ? 0 : (ends[n - 1] as number) - first;
    const textsAt = n * 12;
    this.#reserve(textsAt + length + PADDING_BYTES);
    this.#numbers.set(starts, 0);
    this.#numbers.set(ends, n);
    this.#bytes.set(bytes.subarray(first, first + length), textsAt);
    // The module adds its first argument to each offset to get an address. The argument may be negative, because
    // addresses of 32 bits wrap around.
    this.#exports.count((textsAt - first) | 0, 0, n * 4, n * 8, n);
    return this.#numbers.subarray(n * 2, n * 3);
  }

  #reserve(size: number): void {
    if (size <= KEPT_BYTES && this.#bytes.length > KEPT_BYTES) this.#exports = this.#instantiate();
    if (size <= this.#bytes.length) return;
    const { memory } = this.#exports;
    memory.grow(Math.ceil((size - this.#bytes.length) / PAGE));
    this.#view(memory);
  }

  #instantiate(): Exports {
    const exports = new WebAssembly.Instance(this.#module).exports as unknown as Exports;
    this.#view(exports.memory);
    return exports;
  }

  #view({ buffer }: WebAssembly.Memory): void {
    this.#bytes = new Uint8Array(buffer);
    this.#numbers = new Uint32Array(buffer);
  }
}

export class ScriptWordCounter implements WordCounter {
  #words = new Uint32Array(4096);

  count({ bytes, starts, ends }: TextColumn): Uint32Array {
    const n = starts.length;
    if (n > this.#words.length) this.#words = new Uint32Array(n);
    for (let text = 0; text < n; text += 1)
      this.#words[text] = countWordsOfText(bytes, starts[text], ends[text]);
    return this.#words.subarray(0, n);
  }
}
