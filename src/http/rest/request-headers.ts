import { z } from 'zod';

export const preferHeader = {
  Prefer: z.string().optional().meta({
    description:
      '`wait=N`: the answer waits until the job has ended or N seconds (at most 60) have passed. Ignored when it cannot be parsed.',
    example: 'wait=10',
  }),
};

export const idempotencyKeyHeader = {
  'Idempotency-Key': z.string().optional().meta({
    description:
      '1 to 255 visible ASCII characters, with or without quotes. The same key and filter give the same job for 24 hours.',
    example: '"4f1c6a"',
  }),
};

export const ifNoneMatchHeader = {
  'If-None-Match': z.string().optional().meta({ description: 'The ETags of versions that the caller has.' }),
};

export const lastEventIdHeader = {
  'Last-Event-ID': z
    .string()
    .optional()
    .meta({
      description: 'The last version that the caller got. Only later versions are sent.',
      override: { type: 'integer', minimum: 0 },
    }),
};
