/** Changes between two versions of an interface, a sentence for each. */
export interface Changes {
  /** A correct client is refused, or misses something that was promised. */
  readonly breaking: readonly string[];
  /** A careless client may fail, for instance at a new value of an enum. */
  readonly dangerous: readonly string[];
}
