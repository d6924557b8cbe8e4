import { z } from 'zod';

export const preferHeader = {
  Prefer: z.string().optional().meta({
    description:
      '`wait=N`: answer once the job is over, or after N seconds (60 at most). Ignored when it cannot be read.',
    example: 'wait=10',
  }),
};

export const idempotencyKeyHeader = {
  'Idempotency-Key': z.string().optional().meta({
    description:
      '1 to 255 visible ASCII characters, in quotes or without. The same key and filter lead to the same job for 24 hours.',
    example: '"4f1c6a"',
  }),
};

export const ifNoneMatchHeader = {
  'If-None-Match': z.string().optional().meta({ description: 'ETags of states that the caller has.' }),
};

export const lastEventIdHeader = {
  'Last-Event-ID': z
    .string()
    .optional()
    .meta({
      description: 'The version that the caller saw last; nothing up to it is sent.',
      override: { type: 'integer', minimum: 0 },
    }),
};
