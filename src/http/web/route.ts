import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { ZodOpenApiOperationObject } from 'zod-openapi';
import type { Answer } from './answer.js';
import type { Exchange } from './exchange.js';

/**
 * One address: who may come, its methods, their handlers and descriptions. Router, `Allow`, OPTIONS, HEAD, OpenAPI and
 * the table that tests walk are made from it.
 */
export interface Route {
  /** In OpenAPI's form: `/api/2.0/report/jobs/{job_id}`. A parameter is a whole segment. */
  readonly path: string;
  readonly get?: Operation;
  readonly post?: Operation;
  /** Needs no token; otherwise one is asked for while authentication is on. */
  readonly open?: boolean;
  /** A page for browsers at the same address; needs no token. */
  readonly page?: Page;
  /** WebSocket upgrades (GET, `Upgrade: websocket`); all other upgrades are answered as if the header were not there. */
  readonly webSocket?: WebSocketHandler;
  /**
   * An error as an answer of this route: what a handler throws, and what the kernel refuses before it calls one (401,
   * 403, 405, 413, 415, …). A problem of RFC 9457 unless it is given.
   */
  readonly refuse?: (error: unknown, exchange: Exchange) => Answer;
  /** Asked for every few seconds by machines, or a dozen at once by each visitor: logged at `debug`. */
  readonly isQuiet?: boolean;
}

/** One method of an address. */
export interface Operation {
  readonly handle: Handler;
  /** Does work or changes something: pages of foreign origins are refused (403 FORBIDDEN). */
  readonly refusesForeignPages?: boolean;
  /** Of GET: there is no HEAD, because GET changes something. */
  readonly withoutHead?: boolean;
  /** For /openapi.json; an operation without one does not stand there. */
  readonly description?: ZodOpenApiOperationObject;
}

/** HEAD is a GET whose body is not sent. A handler throws what it refuses: a ReportsError, or else it is a fault. */
export type Handler = (exchange: Exchange) => Promise<Answer> | Answer;

export interface Page {
  /** Of GET and HEAD. */
  readonly handle: Handler;
  /** Media types of the route's other answers. The page is sent when `Accept` prefers `text/html` to all of them. */
  readonly others: readonly string[];
}

/** Takes over a socket whose upgrade the kernel has found acceptable: its path, its Host and its Origin. */
export type WebSocketHandler = (request: IncomingMessage, socket: Duplex, head: Buffer) => void;
