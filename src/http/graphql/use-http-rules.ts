import { isAsyncIterable, type Plugin } from 'graphql-yoga';
import { ReportsError, type ErrorCode } from '../../reports/errors.js';
import { CHALLENGE, type Authenticate } from '../web/auth.js';

const ANSWERS = ['application/graphql-response+json', 'application/json', 'text/event-stream'];

/** What this endpoint asks of a request before it looks into it, and adds to every response. */
export function useHttpRules(authenticate: Authenticate): Plugin {
  return {
    onRequest: (payload) => {
      const { request } = payload;
      const refusal = checkToken(request, authenticate) ?? checkContentType(request) ?? checkAccept(request);
      if (refusal !== undefined) payload.endResponse(refusal);
      // Yoga (5.24) compares it letter by letter, while "Application/JSON" means the same.
      else if (request.method === 'POST') request.headers.set('content-type', 'application/json');
    },
    onRequestParse({ requestParser, setRequestParser }) {
      if (requestParser === undefined) return;
      const parse: RequestParser = (request) => {
        try {
          return requestParser(request);
        } catch (error) {
          // A query string whose `variables` are no JSON is the caller's mistake.
          if (!(error instanceof SyntaxError)) throw error;
          return refuse(request, 400, 'BAD_USER_INPUT', 'A parameter of the query string is not JSON.');
        }
      };
      setRequestParser(parse);
    },
    onResultProcess({ request, result }) {
      if (Array.isArray(result) || isAsyncIterable(result) || wantsEvents(request)) return;
      Object.assign(result, { stringify: jsonLine });
    },
    onResponse: (payload) => {
      const { request } = payload;
      const isBare = payload.response.status === 406 && payload.response.body === null;
      const response = isBare ? notAcceptable(request) : payload.response;
      payload.setResponse(response);
      const { headers } = response;
      if (headers.get('content-type')?.startsWith('text/event-stream') === true) {
        // Proxies neither hold events back nor change them.
        headers.set('Cache-Control', 'no-cache, no-transform');
        headers.set('X-Accel-Buffering', 'no');
      } else if (!headers.has('Cache-Control')) {
        headers.set('Cache-Control', 'no-store');
      }
      headers.set('X-Content-Type-Options', 'nosniff');
    },
  };
}

/** A text that ends without a line feed runs into a terminal's prompt. */
function jsonLine(value: unknown): string {
  return `${JSON.stringify(value)}\n`;
}

function wantsEvents({ headers }: Request): boolean {
  return headers.get('accept')?.includes('text/event-stream') === true;
}

function checkToken(request: Request, authenticate: Authenticate): Response | undefined {
  try {
    authenticate(request.headers.get('authorization'));
    return undefined;
  } catch (error) {
    if (!(error instanceof ReportsError)) throw error;
    return refuse(request, 401, error.code, error.message, { 'WWW-Authenticate': CHALLENGE });
  }
}

function checkContentType(request: Request): Response | undefined {
  if (request.method !== 'POST') return undefined;
  const [type = '', ...parameters] = (request.headers.get('content-type') ?? '').toLowerCase().split(';');
  const charset = parameters.find((parameter) => parameter.trim().startsWith('charset='))?.trim();
  const isUtf8 = charset === undefined || /^charset="?utf-8"?$/.test(charset);
  const isPlain = /^(?:|identity)$/.test(request.headers.get('content-encoding') ?? '');
  if (type.trim() === 'application/json' && isUtf8 && isPlain) return undefined;
  return refuse(
    request,
    415,
    'UNSUPPORTED_MEDIA_TYPE',
    'Send the body as application/json, in UTF-8, uncompressed.',
    {
      Accept: 'application/json',
    },
  );
}

type RequestParser = NonNullable<Parameters<NonNullable<Plugin['onRequestParse']>>[0]['requestParser']>;

function checkAccept(request: Request): Response | undefined {
  const accept = request.headers.get('accept') ?? '*/*';
  const ranges = accept.split(',').map((range) => range.split(';')[0]?.trim().toLowerCase() ?? '');
  const isAnswerable = ranges.some(
    (range) => range === '' || range === '*/*' || range === 'application/*' || ANSWERS.includes(range),
  );
  return isAnswerable ? undefined : notAcceptable(request);
}

function notAcceptable(request: Request): Response {
  return refuse(
    request,
    406,
    'NOT_ACCEPTABLE',
    `Answers come as ${ANSWERS[0]} or ${ANSWERS[1]}, subscriptions as ${ANSWERS[2]}.`,
  );
}

function refuse(
  request: Request,
  status: number,
  code: ErrorCode,
  message: string,
  headers: Readonly<Record<string, string>> = {},
): Response {
  const [standard = '', json = ''] = ANSWERS;
  const type = request.headers.get('accept')?.includes(standard) === true ? standard : json;
  return new Response(jsonLine({ errors: [{ message, extensions: { code } }] }), {
    status,
    headers: { 'Content-Type': `${type}; charset=utf-8`, ...headers },
  });
}
