import { GraphQLError, Kind, type ExecutionResult } from 'graphql';
import { BadInputError, ReportsError } from '../../reports/errors.js';
import type { Logger } from '../../jobs/ports/logger.js';

interface Circumstances {
  readonly requestId: string;
  readonly signal?: AbortSignal | undefined;
}

/** Errors that leave with one result. */
export const MAX_ERRORS = 100;
/** Characters of a message, and places of an error in the document. */
const MAX_MESSAGE_LENGTH = 1000;
const MAX_LOCATIONS = 10;

export interface ErrorPresenter {
  /** The result as the caller sees it. */
  result(result: ExecutionResult, circumstances: Circumstances): ExecutionResult;
  error(error: unknown, circumstances: Circumstances): GraphQLError;
  /** @param code unless the error is about a wrong value, which has BAD_USER_INPUT wherever it stands */
  request(error: GraphQLError, code: string): GraphQLError;
}

/**
 * Errors as the caller sees them. Errors of the core keep their message and code, and say which value is wrong; what
 * GraphQL itself refuses has one of our codes; anything else is masked, and logged once with its cause.
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
    return copyOf(error, cause.message, {
      code,
      ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
      ...(cause instanceof BadInputError && cause.path.length > 0 ? { field: cause.path } : {}),
    });
  }

  function masked(cause: unknown, error: unknown, { requestId, signal }: Circumstances): GraphQLError {
    const hungUp = signal?.aborted === true && cause === signal.reason;
    // Many fields may fail for one cause.
    const isLogged = typeof cause === 'object' && cause !== null && logged.has(cause);
    if (!hungUp && !isLogged) {
      if (typeof cause === 'object' && cause !== null) logged.add(cause);
      logger.error({ requestId, err: cause }, 'an operation failed unexpectedly');
    }
    return copyOf(error, 'Unexpected error.', { code: 'INTERNAL', requestId });
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

/** Whether GraphQL says it about the document, a variable or an argument: other errors have the path of a field. */
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
  return copyOf(error, error.message, {
    code: error.extensions['code'] === 'BAD_USER_INPUT' ? 'BAD_USER_INPUT' : code,
  });
}

function copyOf(error: unknown, message: string, extensions: Record<string, unknown>): GraphQLError {
  const { nodes, source, positions, path } =
    error instanceof GraphQLError ? error : ({} as Partial<GraphQLError>);
  return new GraphQLError(shortened(message), {
    nodes: nodes?.slice(0, MAX_LOCATIONS) ?? null,
    source: source ?? null,
    positions: positions?.slice(0, MAX_LOCATIONS) ?? null,
    path: path ?? null,
    extensions,
  });
}

/** Values that are quoted stand at the beginning of a message, and what is wrong with them at the end. */
function shortened(message: string): string {
  if (message.length <= MAX_MESSAGE_LENGTH) return message;
  const half = MAX_MESSAGE_LENGTH / 2;
  return `${message.slice(0, half)} … ${message.slice(-half)}`;
}

/** Below what GraphQL wraps around it. */
export function causeOf(error: unknown): unknown {
  return error instanceof GraphQLError && error.originalError !== undefined
    ? causeOf(error.originalError)
    : error;
}
