import { setTimeout as delay } from 'node:timers/promises';
import type { WatchedService } from './watched-service.js';

/** Figures of the API from its `/metrics`. */
export interface Figures {
  /** The longest pause of the event loop since the reading before this one. */
  readonly longestPauseMs: number;
  readonly heldBytes: number;
  readonly residentBytes: number;
  /** Number of requests that wait for a job, and of streams of jobs. */
  readonly observers: number;
}

/**
 * @param token the token of an operator
 * @returns undefined when the API does not answer
 */
export async function readFigures(
  { url }: Pick<WatchedService, 'url'>,
  token: string,
): Promise<Figures | undefined> {
  try {
    const response = await fetch(`${url}/metrics`, {
      headers: { authorization: `Bearer ${token}` },
      signal: AbortSignal.timeout(20_000),
    });
    const text = await response.text();
    const figure = (name: string): number =>
      Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1] ?? Number.NaN);
    return {
      longestPauseMs: figure('nodejs_eventloop_lag_max_seconds') * 1000,
      heldBytes: figure('nodejs_heap_size_used_bytes') + figure('nodejs_external_memory_bytes'),
      residentBytes: figure('process_resident_memory_bytes'),
      observers: figure('posts_report_observers'),
    };
  } catch {
    return undefined;
  }
}

const READ_INTERVAL_MS = 500;

export interface Watch {
  /** Stops reading. Resolves with the longest pause and the highest memory use of all readings. */
  stop(): Promise<{ readonly longestPauseMs: number; readonly peakResidentBytes: number }>;
}

/**
 * Reads the figures twice a second. From a pause of the event loop it subtracts the time for which the loop's thread
 * waited for a processor that other processes used.
 */
export function watchFigures(
  service: Pick<WatchedService, 'url' | 'waitedForProcessorMs'>,
  token: string,
  onPause: (pauseMs: number) => void = () => {},
): Watch {
  const stopping = new AbortController();
  let longestPauseMs = 0;
  let peakResidentBytes = 0;
  const reading = (async () => {
    await readFigures(service, token); // earlier pauses do not count
    let waited = service.waitedForProcessorMs();
    while (!stopping.signal.aborted) {
      await delay(READ_INTERVAL_MS, undefined, { signal: stopping.signal }).catch(() => {});
      const figures = await readFigures(service, token);
      const waitedSince = service.waitedForProcessorMs() - waited;
      waited += waitedSince;
      const pause = (figures?.longestPauseMs ?? 0) - waitedSince;
      longestPauseMs = Math.max(longestPauseMs, pause);
      peakResidentBytes = Math.max(peakResidentBytes, figures?.residentBytes ?? 0);
      onPause(pause);
    }
  })();
  return {
    async stop() {
      stopping.abort();
      await reading;
      return { longestPauseMs, peakResidentBytes };
    },
  };
}
