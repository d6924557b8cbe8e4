import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { createGzip } from 'node:zlib';

interface BufferingProxy {
  readonly url: string;
  close(): Promise<void>;
}

/**
 * A proxy with the common habits of reverse proxies. It buffers an answer until the answer is complete, unless the
 * answer has `X-Accel-Buffering: no`, as nginx does. It compresses an answer, unless the answer has `Cache-Control:
 * no-transform` (RFC 9111); the compressor sends nothing before it has a full block.
 */
export async function startBufferingProxy(target: string): Promise<BufferingProxy> {
  const server = createServer((incoming, outgoing) => {
    const { method, headers, url: path = '' } = incoming;
    const forwarded = request(new URL(path, target), { method, headers }, (answer) => {
      const { 'x-accel-buffering': buffering, 'cache-control': caching = '', ...rest } = answer.headers;
      const isCompressed = !caching.includes('no-transform') && /gzip/.test(headers['accept-encoding'] ?? '');
      const forwardedHeaders = {
        ...rest,
        'cache-control': caching,
        ...(isCompressed ? { 'content-encoding': 'gzip' } : {}),
      };
      const sink = isCompressed ? createGzip() : outgoing;
      if (isCompressed) sink.pipe(outgoing);
      answer.on('error', () => outgoing.destroy()); // a broken answer breaks the forwarded answer
      outgoing.on('close', () => forwarded.destroy());
      outgoing.writeHead(answer.statusCode ?? 502, forwardedHeaders);
      if (buffering === 'no') {
        outgoing.flushHeaders();
        answer.pipe(sink);
        return;
      }
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('end', () => sink.end(Buffer.concat(chunks)));
    });
    forwarded.on('error', () => outgoing.destroy());
    incoming.pipe(forwarded);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
