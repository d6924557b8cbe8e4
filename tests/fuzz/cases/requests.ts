import fc from 'fast-check';
import type { HttpCase, RawCase, WebSocketCase } from './case.js';
import type { Operation } from './documents.js';
import { callers, damaged, hostileText, ids, instants, json, wholeNumbers } from './values.js';

/** The members of /openapi.json that the generators read. */
export interface OpenApiDocument {
  readonly paths: Readonly<Record<string, Readonly<Record<string, OpenApiOperation>>>>;
}

interface OpenApiOperation {
  readonly parameters?: readonly { readonly name: string; readonly in: string }[];
  readonly requestBody?: unknown;
}

const METHODS = ['get', 'head', 'post', 'put', 'delete', 'patch', 'options'];

/** Values for the headers that a request may have, by header name. */
const HEADERS: Readonly<Record<string, fc.Arbitrary<string>>> = {
  accept: fc.constantFrom(
    ...[
      'application/json',
      'text/csv',
      'application/x-ndjson',
      'text/event-stream',
      'text/html',
      '*/*',
      'image/png',
    ],
    ...[
      'application/json;q=0',
      'application/json;q=x, */*;q=0.1',
      'application/graphql-response+json',
      ', ,;',
    ],
  ),
  'accept-encoding': fc.constantFrom('gzip', 'identity;q=0', 'gzip;q=0', 'br', '*'),
  'content-encoding': fc.constantFrom('gzip', 'Identity', 'x'),
  'content-type': fc.constantFrom(
    ...[
      'application/json',
      'application/json; charset=utf8',
      'application/json; charset=latin1',
      'text/plain',
    ],
    ...['application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'application/', ''],
  ),
  prefer: fc.constantFrom('wait=0', 'wait=1', 'wait=-1', 'wait=1e9', 'wait', 'respond-async, wait=1', '%%%'),
  'idempotency-key': fc.oneof(
    fc.constantFrom('"k"', 'k', '"never closed', '""', 'k'.repeat(300)),
    hostileText,
  ),
  'last-event-id': fc.oneof(fc.nat().map(String), hostileText),
  'if-none-match': fc.constantFrom('*', '"x"', 'W/"x", "y"', 'x', '"'),
  'x-request-id': hostileText,
  origin: fc.constantFrom('http://evil.example', 'null', 'http://127.0.0.1', ':'),
  'sec-fetch-site': fc.constantFrom('cross-site', 'same-site', 'same-origin', 'none', 'x'),
  'sec-purpose': fc.constantFrom('prefetch', 'prefetch;prerender'),
  host: fc.constantFrom('localhost', 'evil.example', '[::1]', '127.0.0.1:1', '..', 'a b'),
  upgrade: fc.constantFrom('h2c', 'TLS/1.0', 'websocket'),
  range: fc.constantFrom('bytes=0-1', 'bytes=9-', 'x'),
};

const headers: fc.Arbitrary<Record<string, string>> = fc
  .subarray(Object.keys(HEADERS), { maxLength: 4 })
  .chain((names) =>
    fc.record(Object.fromEntries(names.map((name) => [name, HEADERS[name] as fc.Arbitrary<string>]))),
  )
  .map((given) => Object.fromEntries(Object.entries(given).map(([name, value]) => [name, sendable(value)])));

/** Generates requests for the operations of /openapi.json. Some have another method or a damaged path. */
export function restRequests({ paths }: OpenApiDocument): fc.Arbitrary<HttpCase> {
  const routes = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  );
  return fc.constantFrom(...routes).chain(({ path, method, operation }) => {
    const names = (operation.parameters ?? [])
      .filter((parameter) => parameter.in === 'query')
      .map(({ name }) => name);
    return fc.record({
      kind: fc.constant('http' as const),
      caller: callers,
      method: fc.oneof(
        { weight: 8, arbitrary: fc.constant(method) },
        { weight: 1, arbitrary: fc.constantFrom(...METHODS) },
      ),
      path: fc.oneof(
        { weight: 9, arbitrary: addressOf(path, names) },
        { weight: 1, arbitrary: damaged(addressOf(path, names)).map(asAddress) },
      ),
      headers: fc
        .tuple(headers, fc.boolean())
        .map(([given, isJson]) =>
          isJson && operation.requestBody !== undefined
            ? { 'content-type': 'application/json', ...given }
            : given,
        ),
      body:
        operation.requestBody === undefined ? fc.constantFrom(undefined, undefined, undefined, '{}') : bodies,
    });
  });
}

function addressOf(path: string, queryNames: readonly string[]): fc.Arbitrary<string> {
  const filled = fc.tuple(ids).map(([id]) => path.replace(/\{[^}]*\}/g, encodeURIComponent(wellFormed(id))));
  const name = fc.oneof(
    { weight: 9, arbitrary: fc.constantFrom(...queryNames, 'x') },
    { weight: 1, arbitrary: hostileText },
  );
  const value = fc.oneof(
    wholeNumbers.map(String),
    instants,
    hostileText,
    fc.constantFrom('json', 'csv', '-total_words', 'QUEUED'),
  );
  const query = fc
    .array(fc.tuple(name, value), { maxLength: 4 })
    .map((pairs) => String(new URLSearchParams(pairs)));
  return fc.tuple(filled, query).map(([address, text]) => (text === '' ? address : `${address}?${text}`));
}

/** Bodies of requests for a report: almost valid, arbitrary JSON, damaged JSON, very large, and none. */
const bodies: fc.Arbitrary<string | undefined> = fc.oneof(
  fc.constant(undefined),
  fc
    .record(
      {
        filter: fc.oneof(
          fc.record(
            {
              user_ids: fc.oneof(fc.array(wholeNumbers, { maxLength: 5 }), json),
              created_from: fc.oneof(instants, json),
              created_to: fc.oneof(instants, json),
            },
            { requiredKeys: [] },
          ),
          json,
        ),
        max_age_seconds: fc.oneof(wholeNumbers, json),
        unknown: json,
      },
      { requiredKeys: [] },
    )
    .map((body) => JSON.stringify(body)),
  json.map((value) => JSON.stringify(value)),
  damaged(json.map((value) => JSON.stringify(value))),
  fc.constantFrom('['.repeat(50_000), '{"filter":'.repeat(5000), ' '.repeat(100_001), '\ufeff{}'),
);

/** Generates GraphQL requests over HTTP: by POST and by GET, for a JSON answer and for an event stream. */
export function graphqlRequests(operations: fc.Arbitrary<Operation>): fc.Arbitrary<HttpCase> {
  return fc
    .tuple(operations, callers, headers, fc.constantFrom('post', 'post', 'post', 'get', 'events'))
    .map(([operation, caller, given, how]): HttpCase => {
      if (how === 'get') {
        const query = Object.entries(operation).map(([name, value]) => [
          name,
          typeof value === 'string' ? value : (JSON.stringify(value) ?? ''),
        ]);
        const path = `/graphql?${String(new URLSearchParams(query))}`;
        return { kind: 'http', caller, method: 'get', path, headers: given, body: undefined };
      }
      const accept = how === 'events' ? { accept: 'text/event-stream' } : {};
      return {
        kind: 'http',
        caller,
        method: 'post',
        path: '/graphql',
        headers: { ...given, ...accept, 'content-type': 'application/json' },
        body: JSON.stringify(operation),
      };
    });
}

/** Generates bytes for a plain connection: damaged and pipelined HTTP requests, other protocols, and random bytes. */
export function rawBytes(): fc.Arbitrary<RawCase> {
  const request = fc
    .tuple(
      fc.constantFrom('GET /', 'POST /graphql', 'GET /api/2.0/report/jobs', 'OPTIONS *', 'GET http://x/'),
      headers,
      fc.boolean(),
    )
    .map(([line, given, chunked]) => {
      const lines = Object.entries(given).map(([name, value]) => `${name}: ${value}`);
      const body = chunked
        ? 'transfer-encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n'
        : 'content-length: 5\r\n\r\nhello';
      return `${line} HTTP/1.1\r\n${lines.map((text) => `${text}\r\n`).join('')}${body}`;
    });
  const bytes = fc.oneof(
    damaged(request),
    fc.array(request, { minLength: 2, maxLength: 4 }).map((requests) => requests.join('')),
    fc.string({ unit: 'binary', maxLength: 200 }),
    fc.constantFrom(
      '\u0016\u0003\u0001\u0002\u0000',
      'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
      `GET /${'a'.repeat(40_000)}`,
    ),
  );
  return fc.record({ kind: fc.constant('raw' as const), bytes });
}

/** Generates messages of graphql-transport-ws in any order. Some messages are invalid. */
export function webSocketTalks(operations: fc.Arbitrary<Operation>): fc.Arbitrary<WebSocketCase> {
  const id = fc.oneof(fc.constantFrom('1', '2', '', '__proto__', 'x'.repeat(200)), hostileText);
  const message = fc.oneof(
    {
      weight: 4,
      arbitrary: fc
        .record({ id, type: fc.constant('subscribe'), payload: operations })
        .map((value) => JSON.stringify(value)),
    },
    {
      weight: 2,
      arbitrary: fc.record({ id, type: fc.constant('complete') }).map((value) => JSON.stringify(value)),
    },
    {
      weight: 1,
      arbitrary: fc
        .constantFrom('ping', 'pong', 'connection_init', 'next', 'error', 'x')
        .map((type) => JSON.stringify({ type })),
    },
    {
      weight: 1,
      arbitrary: fc.oneof(
        json.map((value) => JSON.stringify(value)),
        hostileText,
      ),
    },
  );
  return fc.record({
    kind: fc.constant('web-socket' as const),
    caller: callers,
    messages: fc.array(message, { maxLength: 8 }),
  });
}

/** Replaces the characters that node:http refuses in a header's value. */
function sendable(text: string): string {
  return text.replaceAll(/[^\t\x20-\x7e\x80-\xff]/g, '?');
}

/** Turns the text into a request target that node:http accepts: one leading slash, no spaces or control characters. */
function asAddress(text: string): string {
  return `/${text.replaceAll(/[^\x21-\xff]/g, '')}`.replace(/^\/+/, '/');
}

function wellFormed(text: string): string {
  return text.replaceAll(/[\ud800-\udfff]/g, '?');
}
