import { GraphQLError, Kind, type ExecutionResult } from 'graphql';
import { BadInputError, ReportsError } from '../../reports/errors.js';
import type { Logger } from '../../jobs/ports/logger.js';
import { copyError } from './copy-error.js';

interface Circumstances {
  readonly requestId: string;
  readonly signal?: AbortSignal | undefined;
}

/** The maximum number of errors in a result. */
export const MAX_ERRORS = 100;
/** The maximum length of a message in characters. */
const MAX_MESSAGE_LENGTH = 1000;

export interface ErrorPresenter {
  /** The result with its errors converted for the caller. */
  result(result: ExecutionResult, circumstances: Circumstances): ExecutionResult;
  error(error: unknown, circumstances: Circumstances): GraphQLError;
  /** @param code the error's code, unless the error is about a wrong value: its code is always BAD_USER_INPUT */
  request(error: GraphQLError, code: string): GraphQLError;
}

/**
 * Converts errors for the caller. An error of the service keeps its message and code, and names the wrong value. An
 * error of GraphQL.js about the request gets a code of the service. All other errors are masked, and logged once with
 * their cause.
 */
export function createErrorPresenter(logger: Logger): ErrorPresenter {
  const logged = new WeakSet<object>();

  function present(error: unknown, circumstances: Circumstances): GraphQLError {
    if (error instanceof GraphQLError && isAboutTheRequest(error))
      return aboutTheRequest(error, 'BAD_USER_INPUT');
    const cause = causeOf(error);
    return cause instanceof ReportsError
      ? known(cause, error, circumstances)
      : masked(cause, error, circumstances);
  }

  function known(cause: ReportsError, error: unknown, { requestId }: Circumstances): GraphQLError {
    if (cause.code === 'SERVICE_UNAVAILABLE')
      logger.warn({ requestId, err: cause }, 'an operation was not served');
    const { code, retryAfterSeconds } = cause;
    return copyError(error, shortened(cause.message), {
      code,
      ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
      ...(cause instanceof BadInputError && cause.path.length > 0 ? { field: cause.path } : {}),
    });
  }

  function masked(cause: unknown, error: unknown, { requestId, signal }: Circumstances): GraphQLError {
    const hungUp = signal?.aborted === true && cause === signal.reason;
    // Logged once, because one cause may fail many fields.
    const isLogged = typeof cause === 'object' && cause !== null && logged.has(cause);
    if (!hungUp && !isLogged) {
      if (typeof cause === 'object' && cause !== null) logged.add(cause);
      logger.error({ requestId, err: cause }, 'an operation failed unexpectedly');
    }
    return copyError(error, 'Unexpected error.', { code: 'INTERNAL', requestId });
  }

  return {
    error: present,
    request: aboutTheRequest,
    result: (result, circumstances) =>
      result.errors === undefined
        ? result
        : {
            ...result,
            errors: result.errors.slice(0, MAX_ERRORS).map((error) => present(error, circumstances)),
          },
  };
}

/** Whether the error concerns the document, a variable or an argument. Other errors have the path of a field. */
function isAboutTheRequest({ path, nodes }: GraphQLError): boolean {
  const kind = nodes?.[0]?.kind;
  return path === undefined || (kind !== undefined && !PLACES_OF_FIELDS.has(kind));
}

const PLACES_OF_FIELDS: ReadonlySet<Kind> = new Set([
  Kind.FIELD,
  Kind.OPERATION_DEFINITION,
  Kind.FRAGMENT_SPREAD,
]);

function aboutTheRequest(error: GraphQLError, code: string): GraphQLError {
  return copyError(error, shortened(error.message), {
    code: error.extensions['code'] === 'BAD_USER_INPUT' ? 'BAD_USER_INPUT' : code,
  });
}

/**
 * Removes the middle of a long message, because it begins with the quoted value and ends with what is wrong with the
 * value.
 */
function shortened(message: string): string {
  if (message.length <= MAX_MESSAGE_LENGTH) return message;
  const half = MAX_MESSAGE_LENGTH / 2;
  return `${message.slice(0, half)} … ${message.slice(-half)}`;
}

/** The original error inside one or more GraphQLErrors. */
export function causeOf(error: unknown): unknown {
  return error instanceof GraphQLError && error.originalError !== undefined
    ? causeOf(error.originalError)
    : error;
}
