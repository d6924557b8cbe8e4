import { z } from 'zod';
import { JOB_STATUSES } from '../../jobs/job.js';

/* What answers hold, for /openapi.json; the tests hold every answer against it. */

const instant = z.iso.datetime({ precision: 3 }).meta({ id: 'Instant', example: '2026-01-31T12:00:00.000Z' });
const count = z.int().min(0);
const jobId = z.string().meta({ description: 'A ULID.', example: '01KAS5X9WQ3Z8V2N6D0T4B7C1M' });

export const reportSchema = z
  .strictObject({
    data: z.array(z.strictObject({ user_id: z.int32(), total_words: count })),
  })
  .meta({ id: 'Report', example: { data: [{ user_id: 1, total_words: 6380 }] } });

const jobMembers = {
  job_id: jobId,
  kind: z.string().meta({ example: 'posts' }),
  status: z.enum(JOB_STATUSES),
  version: z.int().min(1).meta({ description: 'Grows by one with each change.' }),
  filter: z.strictObject({
    user_ids: z.array(z.int32()).nullable(),
    created_from: instant.nullable(),
    created_to: instant.nullable(),
  }),
  progress: z.strictObject({
    processed_posts: count,
    total_posts: count
      .nullable()
      .meta({ description: 'An estimate while the job is open, exact once it SUCCEEDED.' }),
    percent: z.number().min(0).max(100).nullable(),
  }),
  queue_position: z.int().min(1).nullable().meta({ description: '1 is the next; only while QUEUED.' }),
  estimated_completion_at: instant.nullable().meta({ description: 'Null when nothing is known.' }),
  attempt_count: count,
  max_attempts: z.int().min(1),
  next_attempt_at: instant.nullable().meta({ description: 'Only while RETRYING.' }),
  error: z
    .strictObject({ code: z.string(), message: z.string() })
    .nullable()
    .meta({ description: 'Of the latest attempt that failed.' }),
  created_at: instant,
  started_at: instant.nullable(),
  completed_at: instant.nullable(),
  expires_at: instant.nullable().meta({ description: 'When the result stops being readable.' }),
  links: z.strictObject({
    self: z.string(),
    result: z.string(),
    events: z.string(),
    cancel: z.string(),
    retry: z.string(),
  }),
};

const job = z.strictObject(jobMembers).meta({ id: 'Job' });

export const jobSchema = z.strictObject({ data: job });
export const jobListSchema = z.strictObject({ data: z.array(job) });

export const ticketSchema = z.strictObject({
  data: z
    .strictObject({
      ...jobMembers,
      coalesced: z.boolean().meta({ description: 'An open job of the same filter answers the request.' }),
      reused: z.boolean().meta({ description: 'A report that is young enough answers the request.' }),
      message: z.literal('submitted'),
    })
    .meta({ id: 'Ticket' }),
});

export const problemSchema = z
  .strictObject({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    code: z.string().meta({ description: 'Stable; GraphQL uses the same.', example: 'BAD_USER_INPUT' }),
    errors: z
      .array(
        z.strictObject({
          pointer: z.string().optional().meta({ description: 'JSON pointer into the body.' }),
          parameter: z.string().optional().meta({ description: 'Name of a query parameter.' }),
          header: z.string().optional(),
          detail: z.string(),
        }),
      )
      .optional()
      .meta({ description: 'With BAD_USER_INPUT: what is wrong where.' }),
    request_id: z.string().optional().meta({ description: 'With INTERNAL: what to quote to an operator.' }),
  })
  .meta({ id: 'Problem' });

export const healthSchema = z.strictObject({ status: z.literal('ok') });

export const readinessSchema = z
  .strictObject({
    status: z.enum(['ok', 'degraded', 'unavailable']),
    checks: z.strictObject({
      mysql: z.enum(['up', 'down', 'not migrated', 'read-only', 'unusable']),
      broker: z.enum(['up', 'down']),
      process: z.literal('shutting down').optional(),
    }),
  })
  .meta({ id: 'Readiness', example: { status: 'degraded', checks: { mysql: 'up', broker: 'down' } } });
