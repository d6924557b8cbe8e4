import { z } from 'zod';
import { MAX_PAGE } from '../../jobs/find-jobs.js';
import { JOB_STATUSES } from '../../jobs/job.js';
import { MAX_USER_IDS } from '../../reports/kinds/posts-report.js';
import type { RowOrder } from '../../reports/report.js';

/*
 * What requests may hold: these schemas check them, and /openapi.json is made from them. What a filter means (dates,
 * their order) is checked by the core.
 */

export const REPORT_FORMATS = ['json', 'csv', 'ndjson'] as const;
export type ReportFormat = (typeof REPORT_FORMATS)[number];

const ORDERS = {
  user_id: 'USER_ID_ASC',
  '-user_id': 'USER_ID_DESC',
  total_words: 'TOTAL_WORDS_ASC',
  '-total_words': 'TOTAL_WORDS_DESC',
  total_posts: 'TOTAL_POSTS_ASC',
  '-total_posts': 'TOTAL_POSTS_DESC',
} as const satisfies Record<string, RowOrder>;
const ORDER_NAMES = Object.keys(ORDERS) as (keyof typeof ORDERS)[];

const MAX_INT32 = 2 ** 31 - 1;
const INT32_RULE = 'must be a whole number of 32 bits.';
const MAX_AGE_RULE = 'must be a whole number of seconds, 0 or more.';

const dateTime = z
  .string('must be text: a date-time with an offset.')
  .meta({ format: 'date-time', example: '2026-01-31T00:00:00Z' });

export const filterQuery = {
  user_id: z
    .array(wholeNumber(-MAX_INT32 - 1, MAX_INT32, INT32_RULE))
    .max(MAX_USER_IDS, `may be given at most ${MAX_USER_IDS} times.`)
    .optional()
    .meta({ description: 'Only these users; can be repeated.', example: [1, 2] }),
  created_from: z
    .string()
    .transform(withPlus)
    .optional()
    .meta({
      description: 'Only posts created at this moment or later (RFC 3339 with an offset).',
      override: { type: 'string', format: 'date-time' },
      example: '2026-01-01T00:00:00Z',
    }),
  created_to: z
    .string()
    .transform(withPlus)
    .optional()
    .meta({
      description: 'Only posts created before this moment (RFC 3339 with an offset).',
      override: { type: 'string', format: 'date-time' },
      example: '2026-02-01T00:00:00Z',
    }),
};

export const orderQuery = {
  order_by: z
    .enum(ORDER_NAMES, `must be one of ${ORDER_NAMES.join(', ')}.`)
    .transform((name): RowOrder => ORDERS[name])
    .optional()
    .meta({
      description:
        'Order of the rows, `-` for descending; equal rows stand by ascending user id. Default `user_id`.',
      override: { type: 'string', enum: ORDER_NAMES },
    }),
};

export const formatQuery = {
  format: z
    .enum(REPORT_FORMATS, `must be one of ${REPORT_FORMATS.join(', ')}.`)
    .optional()
    .meta({ description: 'Format of the report; wins over `Accept`.' }),
};

export const maxAgeQuery = {
  max_age_seconds: wholeNumber(0, MAX_INT32, MAX_AGE_RULE)
    .optional()
    .meta({
      description: 'A report of the same filter that is not older than this answers the request.',
      override: { type: 'integer', minimum: 0 },
      example: 60,
    }),
};

export const listQuery = {
  status: z
    .array(z.enum(JOB_STATUSES, `must be one of ${JOB_STATUSES.join(', ')}.`))
    .optional()
    .meta({ description: 'Only jobs in this status; can be repeated.', example: ['QUEUED', 'RUNNING'] }),
  limit: wholeNumber(1, MAX_PAGE, `must be a whole number from 1 to ${MAX_PAGE}.`)
    .default(50)
    .meta({
      description: 'Jobs on a page.',
      override: { type: 'integer', minimum: 1, maximum: MAX_PAGE, default: 50 },
    }),
  cursor: z.string().optional().meta({ description: 'Opaque; from the `Link` of the page before.' }),
};

const filterMembers = {
  user_ids: z
    .array(z.int32(INT32_RULE), 'must be a list of user ids.')
    .min(1, 'must not be empty; leave it out to report every user.')
    .max(MAX_USER_IDS, `may have at most ${MAX_USER_IDS} ids.`)
    .nullish()
    .meta({ description: 'Only these users.', example: [1, 2] }),
  created_from: dateTime.nullish().meta({ description: 'Inclusive.' }),
  created_to: dateTime.nullish().meta({ description: 'Exclusive.' }),
};

const requestMembers = {
  filter: strictObject(filterMembers)
    .nullish()
    .meta({ description: 'Absent, null and {} report every post.' }),
  max_age_seconds: z
    .int(MAX_AGE_RULE)
    .min(0, MAX_AGE_RULE)
    .max(MAX_INT32, MAX_AGE_RULE)
    .nullish()
    .meta({ description: 'A report of the same filter that is not older than this answers the request.' }),
};

export const reportRequestBody = strictObject(requestMembers).meta({
  id: 'ReportRequest',
  example: {
    filter: { user_ids: [1, 2], created_from: '2026-01-01T00:00:00Z', created_to: '2026-02-01T00:00:00Z' },
    max_age_seconds: 60,
  },
});

/** The body of an action that takes nothing. */
export const emptyBody = strictObject({});

/** The kind of error that says a member is not known, with those that are. */
function strictObject<Shape extends z.core.$ZodLooseShape>(shape: Shape): z.ZodObject<Shape, z.core.$strict> {
  const names = Object.keys(shape);
  const known = names.length === 0 ? 'nothing is taken here' : `known are ${names.join(', ')}`;
  return z.strictObject(shape, {
    error: (issue) => (issue.code === 'unrecognized_keys' ? `is not known; ${known}.` : 'must be an object.'),
  });
}

function wholeNumber(min: number, max: number, rule: string) {
  return z
    .string()
    .refine((text) => /^-?\d{1,10}$/.test(text) && Number(text) >= min && Number(text) <= max, rule)
    .transform(Number)
    .meta({ override: { type: 'integer', minimum: min, maximum: max } });
}

/** In a query `+` means a space unless it is written `%2B`; in a date it can only have been meant as a plus. */
function withPlus(text: string): string {
  return text.replace(/ (?=\d\d:\d\d$)/, '+');
}
