import { CATALOG, DEFINITIONS } from '../../support/reports.js';
import { monotonicFactory } from 'ulid';
import { failureFingerprint } from '../../../src/jobs/failure-fingerprint.js';
import type { AttemptErrorCode } from '../../../src/reports/errors.js';
import type { Claim, JobAttempt, ReportJob } from '../../../src/jobs/job.js';
import type { AttemptFailure, JobRequest, JobStore } from '../../../src/jobs/ports/job-store.js';
import type { ReportTable } from '../../../src/reports/report-table.js';
import { totalsOf, type Report } from '../../../src/reports/report.js';
import { tableOf } from '../../support/reports.js';

/** Ids ascend within a millisecond, so that of two jobs due in the same millisecond the earlier request goes first. */
const nextId = monotonicFactory();
let users = 1000; // tests use smaller ones themselves

/** Makes a request with a filter that no other request has. `given` replaces its members. */
export function request(given: Partial<JobRequest> = {}): JobRequest {
  return {
    id: nextId(),
    kind: 'posts',
    definition: CATALOG.get('posts').fingerprint,
    filter: { userIds: [(users += 1)], createdFrom: null, createdTo: null },
    requestedBy: 'ada',
    requestId: 'request-1',
    maxAttempts: 3,
    maxOpenJobs: 10_000,
    idempotencyKey: null,
    maxAgeSeconds: null,
    ...given,
  };
}

export async function queued(store: JobStore, given: Partial<JobRequest> = {}): Promise<ReportJob> {
  return (await store.accept(request(given))).job;
}

export async function running(store: JobStore, given: Partial<JobRequest> = {}): Promise<ReportJob> {
  const { id } = await queued(store, given);
  return defined(await store.claim(id, { worker: 'worker-1', definitions: DEFINITIONS }));
}

export async function failed(
  store: JobStore,
  given: Partial<JobRequest> = {},
  reason: Partial<AttemptFailure> = {},
): Promise<ReportJob> {
  return defined(
    await store.fail(claimOf(await running(store, given)), failure({ ...reason, retryInMs: null })),
  );
}

export async function succeeded(
  store: JobStore,
  given: Partial<JobRequest> = {},
  resultTtlSeconds = 3600,
): Promise<ReportJob> {
  const job = await running(store, given);
  return defined(await store.succeed(claimOf(job), report(await store.now()), { resultTtlSeconds }));
}

export async function canceled(store: JobStore, given: Partial<JobRequest> = {}): Promise<ReportJob> {
  return defined(await store.cancel((await queued(store, given)).id)).job;
}

export async function attemptsOf(
  store: Pick<JobStore, 'findAttempts'>,
  id: string,
): Promise<readonly JobAttempt[]> {
  return (await store.findAttempts([id])).get(id) ?? [];
}

/** Finds the places in the queue as clients see them: undefined for a job that is not QUEUED. */
export async function positionsOf(
  store: Pick<JobStore, 'findMany' | 'countAhead'>,
  ids: readonly string[],
): Promise<readonly (number | undefined)[]> {
  const places = (await store.findMany(ids)).flatMap(({ id, status, dueAt }) =>
    status === 'QUEUED' && dueAt !== null ? [{ id, dueAt }] : [],
  );
  const ahead = await store.countAhead(places, undefined);
  const positions = new Map(places.map(({ id }, index) => [id, 1 + defined(ahead[index])]));
  return ids.map((id) => positions.get(id));
}

export async function positionOf(store: JobStore, id: string): Promise<number | undefined> {
  return (await positionsOf(store, [id]))[0];
}

export function claimOf({ id, epoch }: ReportJob): Claim {
  return { id, epoch };
}

export function failure(given: Partial<AttemptFailure> = {}): AttemptFailure {
  const { code = 'INTERNAL' satisfies AttemptErrorCode, message = 'It broke.' } = given;
  return {
    code,
    message,
    fingerprint: failureFingerprint(code, message),
    stack: 'Error: It broke.\n    at somewhere',
    retryInMs: 0,
    ...given,
  };
}

export function report(asOf: Date, table: ReportTable = threeUsers()): Report {
  return {
    table,
    summary: { rowCount: table.rowCount, totals: totalsOf(table), asOf, durationMs: 12 },
    processedRows: 6,
  };
}

function threeUsers(): ReportTable {
  return tableOf([
    [1, 10, 1],
    [2, 20, 2],
    [3, 30, 3],
  ]);
}

export function defined<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('There should be a value.');
  return value;
}

export function times(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index);
}
