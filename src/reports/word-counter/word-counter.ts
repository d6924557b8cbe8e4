import type { TextColumn } from '../text-column.js';
import { countWordsOfText } from './count-words-of-text.js';
import { WORD_COUNTER_MODULE } from './word-counter-module.js';

/** Counts the words of a batch of texts. */
export interface WordCounter {
  /** @returns the number of words of text i at index i; valid until the next call */
  count(texts: TextColumn): Uint32Array;
}

/** The number of words of each text, by a counter of this thread; valid until the next call. */
export function countWords(texts: TextColumn): Uint32Array {
  shared ??= createWordCounter();
  return shared.count(texts);
}

let shared: WordCounter | undefined;

/**
 * Creates a counter that reads 64 bytes at a time where WebAssembly has SIMD (in every supported Node.js), else byte by
 * byte. Creating one takes as long as counting two thousand posts, and a new one runs slower until it is optimised.
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
/** The module loads sixteen bytes at once, also at the very end of a text. */
const PADDING = 16;
/** Memory that is kept between batches. Only a batch with an unusually long text needs more. */
const KEPT = 1024 * 1024;

/** Copies a batch into the module's memory: starts, ends, words (each n × u32), then the texts. */
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
    this.#reserve(textsAt + length + PADDING);
    this.#numbers.set(starts, 0);
    this.#numbers.set(ends, n);
    this.#bytes.set(bytes.subarray(first, first + length), textsAt);
    // The address to which an offset of 0 corresponds. It may lie before the memory's beginning; addresses of 32 bits
    // wrap around.
    this.#exports.count((textsAt - first) | 0, 0, n * 4, n * 8, n);
    return this.#numbers.subarray(n * 2, n * 3);
  }

  #reserve(size: number): void {
    if (size <= KEPT && this.#bytes.length > KEPT) this.#exports = this.#instantiate();
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
