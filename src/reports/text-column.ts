/** Texts of a batch: text i is `bytes[starts[i], ends[i])`, UTF-8. Between two texts there may be other bytes. */
export interface TextColumn {
  readonly bytes: Uint8Array;
  readonly starts: Uint32Array;
  readonly ends: Uint32Array;
}
