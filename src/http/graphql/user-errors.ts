import { BadInputError, ReportsError, type ErrorCode } from '../../reports/errors.js';
import type { UserError } from './schema-types.js';

/** Refusals that the caller of a mutation can act on; everything else is a GraphQL error. */
const ACTIONABLE: readonly ErrorCode[] = [
  'BAD_USER_INPUT',
  'IDEMPOTENCY_KEY_REUSED',
  'RATE_LIMITED',
  'NOT_FOUND',
  'JOB_NOT_CANCELABLE',
  'JOB_NOT_RETRYABLE',
];

/**
 * The refusal as a mutation's payload has it.
 *
 * @param inputPath where the values that the core checked stand among the mutation's arguments
 * @param blame which argument is the cause of an error that names none itself
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
