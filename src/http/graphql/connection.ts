export interface Page<T> {
  readonly entries: readonly { readonly cursor: string; readonly node: T }[];
  readonly hasPrevious: boolean;
  readonly hasNext: boolean;
}

/** Converts a page to a connection of the Relay specification. */
export function toConnection<T>({ entries, hasPrevious, hasNext }: Page<T>) {
  return {
    edges: entries,
    nodes: entries.map(({ node }) => node),
    pageInfo: {
      hasPreviousPage: hasPrevious,
      hasNextPage: hasNext,
      startCursor: entries[0]?.cursor ?? null,
      endCursor: entries.at(-1)?.cursor ?? null,
    },
  };
}
