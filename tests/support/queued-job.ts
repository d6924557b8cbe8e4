import type { ReportJob } from '../../src/jobs/job.js';
import { CATALOG } from './reports.js';

/** A job just after the service has accepted it. */
export const QUEUED_JOB: ReportJob = {
  id: '01ARZ3NDEKTSV4RRFFQ69G0001',
  kind: 'posts',
  definition: CATALOG.get('posts').fingerprint,
  status: 'QUEUED',
  version: 1,
  epoch: 0,
  filter: { userIds: null, createdFrom: null, createdTo: null },
  requestedBy: 'ada',
  requestId: 'request-1',
  progress: { processedRows: 0, totalRows: null, percent: null },
  attemptCount: 0,
  maxAttempts: 3,
  attemptsBeforeRun: 0,
  dueAt: new Date('2026-01-01'),
  nextAttemptAt: null,
  failure: null,
  createdAt: new Date('2026-01-01'),
  startedAt: null,
  claimedAt: null,
  heartbeatAt: null,
  completedAt: null,
  expiresAt: null,
  summary: null,
};
