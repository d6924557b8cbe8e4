import { TOKENS, type FuzzedService } from './stage.js';

/** What the API says of itself in `/metrics`. */
export interface Figures {
  /** The longest pause of its event loop since the last look. */
  readonly longestPauseMs: number;
  readonly heldBytes: number;
  readonly observers: number;
}

/** Undefined when it does not answer. */
export async function readFigures({ url }: Pick<FuzzedService, 'url'>): Promise<Figures | undefined> {
  try {
    const response = await fetch(`${url}/metrics`, {
      headers: { authorization: `Bearer ${TOKENS.operator}` },
      signal: AbortSignal.timeout(20_000),
    });
    const text = await response.text();
    const figure = (name: string): number =>
      Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1] ?? Number.NaN);
    return {
      longestPauseMs: figure('nodejs_eventloop_lag_max_seconds') * 1000,
      heldBytes: figure('nodejs_heap_size_used_bytes') + figure('nodejs_external_memory_bytes'),
      observers: figure('posts_report_observers'),
    };
  } catch {
    return undefined;
  }
}
