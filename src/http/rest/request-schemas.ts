import { z } from 'zod';
import { MAX_PAGE } from '../../jobs/find-jobs.js';
import { JOB_STATUSES } from '../../jobs/job.js';
import { REPORT_FORMATS } from './formats.js';

/**
 * Schemas of requests for every kind of report. They check requests, and /openapi.json is made from them. The schemas
 * of one report follow from its definition; see `report-input.ts`.
 */

export const MAX_INT32 = 2 ** 31 - 1;
const MAX_AGE_RULE = 'must be a whole number of seconds, 0 or more.';
const MAX_AGE_MEANING =
  'The maximum age in seconds of a finished report with the same filter that may answer.';

export const formatQuery = {
  format: z
    .enum(REPORT_FORMATS, `must be one of ${REPORT_FORMATS.join(', ')}.`)
    .optional()
    .meta({ description: 'The format of the report; has precedence over `Accept`.' }),
};

export const maxAgeQuery = {
  max_age_seconds: wholeNumber(0, MAX_INT32, MAX_AGE_RULE)
    .optional()
    .meta({ description: MAX_AGE_MEANING, override: { type: 'integer', minimum: 0 }, example: 60 }),
};

export const maxAgeMember = z
  .int(MAX_AGE_RULE)
  .min(0, MAX_AGE_RULE)
  .max(MAX_INT32, MAX_AGE_RULE)
  .nullish()
  .meta({ description: MAX_AGE_MEANING });

/** The query of a saved result. Its `order_by` is any text, because the kind is known only after the job was read. */
export const resultQuery = {
  ...formatQuery,
  order_by: z.string().optional().meta({
    description:
      "The order of the rows: a column's name, with `-` for descending. Equal rows are ordered by ascending key. Default: by key.",
    example: '-total_words',
  }),
};

export const listQuery = {
  kind: z.string().optional().meta({ description: 'Only jobs of this kind of report.', example: 'posts' }),
  status: z
    .array(z.enum(JOB_STATUSES, `must be one of ${JOB_STATUSES.join(', ')}.`))
    .optional()
    .meta({
      description: 'Only jobs in this status. The parameter can be repeated.',
      example: ['QUEUED', 'RUNNING'],
    }),
  limit: wholeNumber(1, MAX_PAGE, `must be a whole number from 1 to ${MAX_PAGE}.`)
    .default(50)
    .meta({
      description: 'The maximum number of jobs on a page.',
      override: { type: 'integer', minimum: 1, maximum: MAX_PAGE, default: 50 },
    }),
  cursor: z
    .string()
    .optional()
    .meta({ description: 'An opaque cursor, from the `Link` of the previous page.' }),
};

/** The body of an action without input. */
export const emptyBody = strictObject({});

/** An object whose error for an unknown member lists the known members. */
export function strictObject<Shape extends z.core.$ZodLooseShape>(
  shape: Shape,
): z.ZodObject<Shape, z.core.$strict> {
  const names = Object.keys(shape);
  const known = names.length === 0 ? 'nothing is taken here' : `known are ${names.join(', ')}`;
  return z.strictObject(shape, {
    error: (issue) => (issue.code === 'unrecognized_keys' ? `is not known; ${known}.` : 'must be an object.'),
  });
}

export function wholeNumber(min: number, max: number, rule: string) {
  return z
    .string()
    .refine((text) => /^-?\d{1,16}$/.test(text) && Number(text) >= min && Number(text) <= max, rule)
    .transform(Number)
    .meta({ override: { type: 'integer', minimum: min, maximum: max } });
}
