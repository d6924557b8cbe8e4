import type { Answer } from './answer.js';
import { REQUEST_ID_HEADER, type Exchange } from './exchange.js';
import type { RequestHeaders } from './headers.js';
import { createRouter, type RouterOptions } from './router.js';
import type { Route, WebSocketHandler } from './route.js';

export interface KernelOptions extends RouterOptions {
  /** Called once per exchange, for metrics. The status is 499 when the client left before the answer was sent. */
  readonly onEnd: (exchange: Exchange, status: number) => void;
}

/**
 * The HTTP service without its transport. A transport, such as the node:http server, passes exchanges to the kernel.
 */
export interface Kernel {
  /** Never rejects. */
  answer(exchange: Exchange): Promise<Answer>;
  /** Writes the log line and the metrics of an exchange that has ended. Call it once. */
  conclude(exchange: Exchange, status: number): void;
  /**
   * The WebSocket handler of the route at the path, if it has one.
   *
   * @throws ReportsError FORBIDDEN, MISDIRECTED_REQUEST
   */
  webSocketAt(path: string, headers: RequestHeaders): WebSocketHandler | undefined;
}

export function createKernel(options: KernelOptions, routes: readonly Route[]): Kernel {
  const { site, logger, onEnd } = options;
  const router = createRouter(options, routes);
  const quiet = new Set(routes.filter(({ isQuiet }) => isQuiet === true).map(({ path }) => path));
  return {
    async answer(exchange) {
      const { status, headers, body } = await router(exchange);
      const common = {
        [REQUEST_ID_HEADER]: exchange.requestId,
        'x-content-type-options': 'nosniff',
        ...site.corsHeaders(exchange, headers['vary'], headers['allow']),
      };
      return { status, headers: { ...headers, ...common }, body };
    },
    conclude(exchange, status) {
      onEnd(exchange, status);
      const { requestId, method, path, route, startedAt, operation } = exchange;
      const durationMs = Math.round(performance.now() - startedAt);
      const requester = exchange.requester.name;
      const fields = { requestId, method, path, status, durationMs, requester };
      const line = operation === undefined ? fields : { ...fields, operation };
      logger[quiet.has(route) ? 'debug' : 'info'](line, 'request');
    },
    webSocketAt(path, headers) {
      const handler = routes.find((route) => route.path === path)?.webSocket;
      if (handler === undefined) return undefined;
      site.checkHost(headers);
      site.refuseForeignPages(headers);
      return handler;
    },
  };
}
