import { setTimeout as delay } from 'node:timers/promises';

/** The outcome of one request. */
export interface Sample {
  /** By `performance.now()`. */
  readonly endedAt: number;
  readonly durationMs: number;
  /** Null if the request was not accepted. */
  readonly jobId: string | null;
}

export interface LoadOptions {
  readonly apiUrl: string;
  readonly perSecond: number;
  readonly durationMs: number;
}

/** Time limit of one request. */
const TIMEOUT_MS = 8000;

/**
 * Sends requests at a steady rate, whether or not earlier requests succeed. Each asks for a different report, and none
 * is repeated.
 */
export async function requestSteadily({ apiUrl, perSecond, durationMs }: LoadOptions): Promise<Sample[]> {
  const startedAt = performance.now();
  const count = Math.round((durationMs / 1000) * perSecond);
  return Promise.all(
    Array.from({ length: count }, async (_, index) => {
      await delay(Math.max(0, startedAt + (index * 1000) / perSecond - performance.now()));
      return request(apiUrl, index + 1);
    }),
  );
}

async function request(apiUrl: string, userId: number): Promise<Sample> {
  const startedAt = performance.now();
  const jobId = await accepted(apiUrl, userId).catch(() => null);
  const endedAt = performance.now();
  return { endedAt, durationMs: endedAt - startedAt, jobId };
}

async function accepted(apiUrl: string, userId: number): Promise<string | null> {
  const response = await fetch(`${apiUrl}/api/2.0/report/posts`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ filter: { user_ids: [userId] } }),
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  const body = (await response.json()) as { data?: { job_id: string } };
  return response.status === 202 ? (body.data?.job_id ?? null) : null;
}
