/** The keys of rows: numbers (int32, or days since 1970) or texts. */
export type Keys = Int32Array | TextKeys;

/** UTF-8 texts. Text i is `bytes[offsets[i], offsets[i + 1])`. */
export interface TextKeys {
  readonly bytes: Uint8Array;
  /** Its length is the number of texts plus one. */
  readonly offsets: Uint32Array;
}

export function takeKeys(keys: Keys, indexes: Uint32Array): Keys {
  return keys instanceof Int32Array
    ? takeNumbers(keys, new Int32Array(indexes.length), indexes)
    : takeTexts(keys, indexes);
}

/** Copies the numbers at these indexes. */
export function takeNumbers<Numbers extends Int32Array | Float64Array>(
  from: Numbers,
  to: Numbers,
  indexes: Uint32Array,
): Numbers {
  for (let row = 0; row < indexes.length; row += 1) to[row] = from[indexes[row] as number] as number;
  return to;
}

function takeTexts({ bytes, offsets }: TextKeys, indexes: Uint32Array): TextKeys {
  const taken = new Uint32Array(indexes.length + 1);
  for (let row = 0; row < indexes.length; row += 1) {
    const index = indexes[row] as number;
    taken[row + 1] = (taken[row] as number) + (offsets[index + 1] as number) - (offsets[index] as number);
  }
  const texts = new Uint8Array(taken[indexes.length] as number);
  for (let row = 0; row < indexes.length; row += 1) {
    const index = indexes[row] as number;
    const end = offsets[index + 1] as number;
    let to = taken[row] as number;
    // Keys are short, so a loop is faster than `set` with a view for each.
    for (let at = offsets[index] as number; at < end; at += 1) texts[to++] = bytes[at] as number;
  }
  return { bytes: texts, offsets: taken };
}

/** The keys of several tables, one after the other. */
export function joinKeys(areTexts: boolean, keys: readonly Keys[]): Keys {
  if (!areTexts) return Int32Array.from(keys.flatMap((numbers) => [...(numbers as Int32Array)]));
  const texts = keys as readonly TextKeys[];
  const lengths = texts.flatMap(({ offsets }) =>
    Array.from(offsets.subarray(1), (end, row) => end - (offsets[row] as number)),
  );
  const offsets = new Uint32Array(lengths.length + 1);
  for (const [row, length] of lengths.entries()) offsets[row + 1] = (offsets[row] as number) + length;
  return {
    bytes: Buffer.concat(texts.map(({ bytes, offsets: of }) => bytes.subarray(of[0], of.at(-1)))),
    offsets,
  };
}
