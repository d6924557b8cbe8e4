import { Request as IncomingRequest } from '@whatwg-node/fetch';
import type { Answer } from '../web/answer.js';
import type { Exchange } from '../web/exchange.js';

interface Server {
  readonly requestId: string;
  readonly outgoing: { destroy(): unknown };
}

/** Yoga's Request made from an exchange, and its Response as an answer. */
export async function askYoga(
  ask: (request: Request, server: Server) => Promise<Response>,
  exchange: Exchange,
): Promise<Answer> {
  const { method, headers, requestId, signal } = exchange;
  const body = await exchange.body();
  const search = exchange.query.size === 0 ? '' : `?${exchange.query.toString()}`;
  const request = new IncomingRequest(`http://${headers['host'] ?? 'localhost'}${exchange.path}${search}`, {
    method,
    headers: headers as Record<string, string>,
    signal,
    ...(body.length === 0 || method === 'GET' || method === 'HEAD' ? {} : { body: body as BodyInit }),
  });
  const outgoing = { destroy: () => exchange.cut() };
  return await toAnswer(await ask(request, { requestId, outgoing }));
}

async function toAnswer(response: Response): Promise<Answer> {
  const { status, body } = response;
  const headers = Object.fromEntries(response.headers);
  if (body === null) return { status, headers };
  if (response.headers.has('content-length'))
    return { status, headers, body: new Uint8Array(await response.arrayBuffer()) };
  const reader = body.getReader();
  const chunks: AsyncIterableIterator<Uint8Array> = {
    async next() {
      const { done, value } = await reader.read();
      return done ? { done, value: undefined } : { done, value };
    },
    async return() {
      await reader.cancel();
      return { done: true, value: undefined };
    },
    [Symbol.asyncIterator]: () => chunks,
  };
  return { status, headers, body: chunks };
}
