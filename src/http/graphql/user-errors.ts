import { BadInputError, ReportsError, type ErrorCode } from '../../reports/errors.js';
import type { UserError } from './schema-types.js';

/** Codes that the caller of a mutation can act on. Other errors are GraphQL errors. */
const ACTIONABLE: readonly ErrorCode[] = [
  'BAD_USER_INPUT',
  'IDEMPOTENCY_KEY_REUSED',
  'RATE_LIMITED',
  'NOT_FOUND',
  'JOB_NOT_CANCELABLE',
  'JOB_NOT_RETRYABLE',
];

/**
 * The user errors of a mutation's payload.
 *
 * @param inputPath the argument under which the values are that the core checked
 * @param blame the argument that caused an error which names none
 * @throws the error itself, unless the caller can act on it
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
