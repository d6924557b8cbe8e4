import { BadInputError, ReportsError, type ErrorCode } from '../../reports/errors.js';
import type { UserError } from './schema-types.js';

/** Codes of errors that the caller of a mutation can correct. Other errors are GraphQL errors. */
const ACTIONABLE: readonly ErrorCode[] = [
  'BAD_USER_INPUT',
  'IDEMPOTENCY_KEY_REUSED',
  'RATE_LIMITED',
  'NOT_FOUND',
  'JOB_NOT_CANCELABLE',
  'JOB_NOT_RETRYABLE',
];

/**
 * The `userErrors` of a mutation's payload.
 *
 * @param inputPath the path of the argument whose values the core checked
 * @param blame by error code, the path of the wrong argument, for errors that have no path
 * @throws the error itself, unless the caller can correct it
 */
export function toUserErrors(
  error: unknown,
  where: {
    readonly inputPath?: readonly string[];
    readonly blame?: Partial<Record<ErrorCode, readonly string[]>>;
  } = {},
): readonly UserError[] {
  if (!(error instanceof ReportsError) || !ACTIONABLE.includes(error.code)) throw error;
  const field =
    error instanceof BadInputError ? [...(where.inputPath ?? []), ...error.path] : where.blame?.[error.code];
  return [{ field: field ?? null, message: error.message, code: error.code }];
}
