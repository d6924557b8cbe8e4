/** What one client does to the service with a viewer's token. */
export interface Attack {
  /** A phrase for the table. */
  readonly name: string;
  /** Part of the short form. */
  readonly isQuick: boolean;
  /** How long the honest client measures; 8 unless it is given. */
  readonly seconds?: number;
  /** Made before the honest client measures the service at rest. */
  readonly prepare?: (target: Target) => Promise<void>;
  /** Continues, or keeps what it holds, until `over` is aborted. Leaves nothing open. */
  readonly run: (target: Target, over: AbortSignal) => Promise<void>;
}

export interface Target {
  readonly url: string;
  readonly port: number;
  /** The value of `Authorization`. */
  readonly authorization: string;
  /** Counts are those of the short form. */
  readonly isShort: boolean;
  readonly tally: Tally;
}

/** What the service did with the attacker's requests. */
export interface Tally {
  served: number;
  /** With a status of 4xx, with 503, by an error of GraphQL without data, or by a closed connection. */
  refused: number;
  /** With another 5xx. */
  failed: number;
}

export function countAnswer(tally: Tally, status: number, text = ''): void {
  if (status >= 500 && status !== 503) tally.failed += 1;
  else if (status >= 400 || text.startsWith('{"errors":')) tally.refused += 1;
  else tally.served += 1;
}
