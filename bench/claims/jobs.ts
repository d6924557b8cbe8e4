import type { HttpClient } from '../http-client.js';

/** The members of a job in the REST API that the bench reads. */
export interface ShownJob {
  readonly job_id: string;
  readonly status: string;
  readonly estimated_completion_at: string | null;
  readonly progress: { readonly processed_posts: number };
  readonly created_at: string;
  readonly started_at: string | null;
  readonly completed_at: string | null;
}

let lastMoment = Date.parse('2100-01-01T00:00:00Z');

/**
 * Returns a filter that no other job has, so that the service makes a new job. It covers all posts, or the posts of
 * users 1 to `users`.
 */
export function ownFilter(users?: number): object {
  lastMoment += 1;
  return {
    created_to: new Date(lastMoment).toISOString(),
    ...(users !== undefined && { user_ids: Array.from({ length: users }, (_, index) => index + 1) }),
  };
}

/** Requests a new job. */
export async function requestJob(client: HttpClient, filter: object): Promise<ShownJob> {
  const { status, text } = await client.send({ path: '/api/2.0/report/posts', body: { filter } });
  if (status !== 202) throw new Error(`no job but ${status}: ${text}`);
  return dataOf(text);
}

export async function showJob(client: HttpClient, id: string, waitSeconds = 0): Promise<ShownJob> {
  const { status, text } = await client.send({
    method: 'GET',
    path: `/api/2.0/report/jobs/${id}`,
    headers: waitSeconds > 0 ? { prefer: `wait=${waitSeconds}` } : {},
  });
  if (status !== 200) throw new Error(`no job but ${status}: ${text}`);
  return dataOf(text);
}

/** @throws when the job does not succeed within ten minutes */
export async function endOf(client: HttpClient, id: string): Promise<ShownJob> {
  for (let minute = 0; minute < 10; minute += 1) {
    const job = await showJob(client, id, 60);
    if (job.status === 'SUCCEEDED') return job;
    if (job.completed_at !== null) throw new Error(`the job is ${job.status}`);
  }
  throw new Error('the job does not end');
}

/** The time from a worker's claim of the job to the job's end, in milliseconds, by the database's clock. */
export function ranForMs({ started_at: startedAt, completed_at: completedAt }: ShownJob): number {
  return Date.parse(completedAt ?? '') - Date.parse(startedAt ?? '');
}

function dataOf(text: string): ShownJob {
  return (JSON.parse(text) as { data: ShownJob }).data;
}
