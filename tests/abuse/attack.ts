/** An attack of one client, which has a viewer's token. */
export interface Attack {
  /** Phrase that names the attack in the table of results. */
  readonly name: string;
  /** Whether a run with `--short` includes the attack. */
  readonly isQuick: boolean;
  /** Seconds for which the honest client measures during the attack. Default 8. */
  readonly seconds?: number;
  /** Creates the jobs that the attack needs, before the honest client measures the idle service. */
  readonly prepare?: (target: Target) => Promise<void>;
  /** Attacks until `over` is aborted. No connection is open when the promise resolves. */
  readonly run: (target: Target, over: AbortSignal) => Promise<void>;
}

export interface Target {
  readonly url: string;
  readonly port: number;
  /** Value of the header `Authorization`. */
  readonly authorization: string;
  /** If true, attacks use few requests, connections or jobs. */
  readonly isShort: boolean;
  readonly tally: Tally;
}

/** Numbers of the attacker's requests by the answer of the service. */
export interface Tally {
  served: number;
  /** Requests with the answer 4xx or 503, with a GraphQL error without data, or with a closed connection. */
  refused: number;
  /** Requests with a 5xx answer other than 503. */
  failed: number;
}

export function countAnswer(tally: Tally, status: number, text = ''): void {
  if (status >= 500 && status !== 503) tally.failed += 1;
  else if (status >= 400 || text.startsWith('{"errors":')) tally.refused += 1;
  else tally.served += 1;
}
