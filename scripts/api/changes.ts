/** Between two versions of an interface; a sentence each. */
export interface Changes {
  /** A caller who did nothing wrong is refused, or misses something that was promised. */
  readonly breaking: readonly string[];
  /** A caller who was not careful may be surprised, such as by a new value of an enum. */
  readonly dangerous: readonly string[];
}
