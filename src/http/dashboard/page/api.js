/** Sends requests to REST v2 and GraphQL, the service's public interfaces, which have the same origin as this page. */

/**
 * @typedef {object} Mistake
 * @property {string} [pointer]
 * @property {string} [parameter]
 * @property {string} detail
 */

/**
 * @typedef {object} RequestOptions
 * @property {string} [method]
 * @property {Record<string, string>} [headers]
 * @property {unknown} [body] Sent as JSON.
 * @property {AbortSignal} [signal]
 * @property {string | null} [token] Sent instead of the session's token.
 * @property {number} [patienceMs] How long to wait for the response headers.
 */

/**
 * @typedef {object} Api
 * @property {(path: string, options?: RequestOptions) => Promise<Response>} request Rejects with a ServiceError unless
 *   the status is 2xx.
 * @property {(path: string, options?: RequestOptions) => Promise<any>} json Resolves with the member `data` of the JSON
 *   body.
 * @property {(query: string, variables: Record<string, unknown>, options?: RequestOptions) => Promise<any>} graphql
 */

/**
 * @typedef {object} ApiOptions
 * @property {() => string | null} token
 * @property {(refusedToken: string | null) => void} onRefused Called after a response with status 401.
 * @property {(isReachable: boolean) => void} onReachable Called with true after each response, with false when a
 *   request fails or its response is late.
 */

/** The page shows that the service does not answer when a response takes longer than this, in milliseconds. */
const LATE_MS = 2000;
/** A request is aborted when its response takes longer than this, in milliseconds. */
const PATIENCE_MS = 10_000;

/** The service answered with an error. */
export class ServiceError extends Error {
  /**
   * @param {{ status: number, code: string, message: string, mistakes?: readonly Mistake[] }} problem `code` is empty
   *   when a proxy in front of the service answered.
   */
  constructor({ status, code, message, mistakes = [] }) {
    super(message);
    this.status = status;
    this.code = code;
    this.mistakes = mistakes;
  }

  /** Whether the same request may succeed later. */
  get isTemporary() {
    return this.status >= 500 || this.status === 429;
  }
}

/** The service did not answer. */
export class UnreachableError extends Error {}

/**
 * @param {ApiOptions} options
 * @returns {Api}
 */
export function createApi({ token: currentToken, onRefused, onReachable }) {
  /** @type {Api['request']} */
  async function request(
    path,
    { method = 'GET', headers = {}, body, signal, token = currentToken(), patienceMs = PATIENCE_MS } = {},
  ) {
    const patience = new AbortController();
    const late = setTimeout(() => onReachable(false), LATE_MS);
    const end = setTimeout(() => patience.abort(), patienceMs);
    const response = await fetch(path, {
      method,
      headers: {
        ...headers,
        ...(token === null ? {} : { authorization: `Bearer ${token}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: signal ? AbortSignal.any([signal, patience.signal]) : patience.signal,
    })
      .catch((cause) => {
        signal?.throwIfAborted();
        onReachable(false);
        throw new UnreachableError('The service does not answer.', { cause });
      })
      .finally(() => {
        clearTimeout(late);
        clearTimeout(end);
      });
    onReachable(true);
    if (response.ok) return response;
    const error = await refusalIn(response);
    if (error.status === 401) onRefused(token);
    throw error;
  }

  return {
    request,
    json: async (path, options) => (await (await request(path, options)).json()).data,
    async graphql(query, variables, options) {
      const body = { query, variables };
      const response = await request('/graphql', {
        ...options,
        method: 'POST',
        headers: { accept: 'application/json' },
        body,
      });
      const { data, errors } = await response.json();
      if (errors) throw graphqlError(errors[0], response.status);
      return data;
    },
  };
}

/**
 * The error message for the user.
 * @param {unknown} error
 */
export function errorText(error) {
  if (error instanceof UnreachableError) return `${error.message} Please try again.`;
  if (!(error instanceof ServiceError)) throw error;
  const { message, status, code } = error;
  if (code === 'FORBIDDEN') return `403 FORBIDDEN: ${message}`;
  return code === '' ? `${message} (HTTP status ${status})` : `${message} (${code})`;
}

/**
 * Reads the error of a failed response. Its body is problem+json, a GraphQL result with errors, or a proxy's HTML page.
 * @param {Response} response
 * @returns {Promise<ServiceError>}
 */
async function refusalIn(response) {
  const { status } = response;
  const body = await response.json().catch(() => null);
  if (body?.errors?.[0]?.extensions) return graphqlError(body.errors[0], status);
  const message = body?.detail ?? 'The service cannot be reached through what stands before it.';
  return new ServiceError({ status, code: body?.code ?? '', message, mistakes: body?.errors ?? [] });
}

/**
 * @param {{ message: string, extensions?: { code?: string } }} error
 * @param {number} status
 */
function graphqlError({ message, extensions }, status) {
  return new ServiceError({ status, code: extensions?.code ?? 'INTERNAL', message });
}
