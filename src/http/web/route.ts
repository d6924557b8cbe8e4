import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { ZodOpenApiOperationObject } from 'zod-openapi';
import type { Answer } from './answer.js';
import type { Exchange } from './exchange.js';

/**
 * One address with its access rules, methods, handlers and descriptions. The router, `Allow`, OPTIONS, HEAD, OpenAPI
 * and the tests' table of routes follow from it.
 */
export interface Route {
  /** The path in OpenAPI's form, `/api/2.0/report/jobs/{job_id}`. A parameter is a whole segment. */
  readonly path: string;
  readonly get?: Operation;
  readonly post?: Operation;
  /** Whether the address needs no token. */
  readonly open?: boolean;
  /** A page for browsers at the same address. The page needs no token. */
  readonly page?: Page;
  /**
   * Handles WebSocket upgrades (GET, `Upgrade: websocket`). Other upgrades are answered as if the `Upgrade` header were
   * absent.
   */
  readonly webSocket?: WebSocketHandler;
  /**
   * Turns an error into an answer of this route: an error of a handler, or a refusal of the kernel (401, 403, 405, 413,
   * 415, …). Default: a problem of RFC 9457.
   */
  readonly refuse?: (error: unknown, exchange: Exchange) => Answer;
  /**
   * Whether requests are logged at `debug`, because programs send one every few seconds, or browsers a dozen at once.
   */
  readonly isQuiet?: boolean;
}

/** One method of an address. */
export interface Operation {
  readonly handle: Handler;
  /**
   * Whether pages of foreign origins are refused (403 FORBIDDEN), because the method does work or changes something.
   */
  readonly refusesForeignPages?: boolean;
  /** Whether there is no HEAD, because GET changes something. Only with GET. */
  readonly withoutHead?: boolean;
  /** Description for /openapi.json; without it the operation is not listed there. */
  readonly description?: ZodOpenApiOperationObject;
}

/**
 * Handles a request. HEAD has the handler of GET; the body is not sent. A thrown ReportsError refuses the request. Any
 * other error is a fault of the service.
 */
export type Handler = (exchange: Exchange) => Promise<Answer> | Answer;

export interface Page {
  /** Handles GET and HEAD. */
  readonly handle: Handler;
  /**
   * Media types of the answers other than the page. The page is sent when `Accept` prefers `text/html` to all of them.
   */
  readonly others: readonly string[];
}

/** Takes over a socket after the kernel has accepted the upgrade by its path, Host and Origin. */
export type WebSocketHandler = (request: IncomingMessage, socket: Duplex, head: Buffer) => void;
