/** Changes between two versions of an interface, one sentence each. */
export interface Changes {
  /** After such a change, a correct client is refused, or misses data that the interface promised. */
  readonly breaking: readonly string[];
  /** After such a change, a careless client may fail, for instance at a new value of an enum. */
  readonly dangerous: readonly string[];
}
