/**
 * The texts of a column in a batch: text i is `bytes[starts[i], ends[i])`, in UTF-8. Other bytes may lie between two
 * texts.
 */
export interface TextColumn {
  readonly bytes: Uint8Array;
  readonly starts: Uint32Array;
  readonly ends: Uint32Array;
}
