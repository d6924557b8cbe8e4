import { once } from 'node:events';
import { WebSocket } from 'ws';
import type { Target } from '../attack.js';
import { untilOver } from './send.js';

/** Opens a WebSocket to `/graphql`, which closes when `over` is aborted. */
export async function connectWebSocket({ port }: Target, over: AbortSignal): Promise<WebSocket> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/graphql`, 'graphql-transport-ws');
  socket.on('error', () => {});
  over.addEventListener('abort', () => socket.terminate());
  await Promise.race([once(socket, 'open'), once(socket, 'close')]);
  return socket;
}

export async function sendAll(socket: WebSocket, messages: readonly object[]): Promise<void> {
  for (const message of messages) socket.send(JSON.stringify(message));
  await new Promise<void>((resolve) => {
    socket.ping(undefined, undefined, () => resolve()); // called when all earlier messages have been written
    socket.once('close', () => resolve());
  });
}

/** Sends `count` operations at once on an initialised connection that reads no answer. */
export async function askAndReadNothing(
  target: Target,
  over: AbortSignal,
  count: number,
  operation: object,
): Promise<void> {
  const socket = await connectWebSocket(target, over);
  await sendAll(socket, [{ type: 'connection_init', payload: { authorization: target.authorization } }]);
  await once(socket, 'message');
  socket.pause();
  await sendAll(
    socket,
    Array.from({ length: count }, (_, id) => ({ type: 'subscribe', id: String(id), payload: operation })),
  );
  target.tally.served += count;
  await untilOver(over);
}
