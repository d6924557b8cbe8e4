import type { Attack } from '../attack.js';
import { untilOver } from './send.js';
import { connectWebSocket, sendAll } from './web-sockets.js';

const PING = { type: 'ping', payload: { text: 'x'.repeat(90_000) } };

/**
 * Sends pings and reads no pong: 43 MB over one initialised connection, and 11 MB over each of ten connections without
 * a token, which the service closes after 3 s.
 */
export const unreadPings: Attack = {
  name: 'WebSocket pings whose pongs are not read, with and without a token',
  isQuick: true,
  async run(target, over) {
    const { authorization, isShort, tally } = target;
    const pings = Array.from({ length: isShort ? 100 : 480 }, () => PING);
    const init = { type: 'connection_init', payload: { authorization } };
    const ping = async (before: readonly object[], count: number): Promise<void> => {
      const socket = await connectWebSocket(target, over);
      socket.pause();
      await sendAll(socket, [...before, ...pings.slice(0, count)]);
      tally.served += count;
      await untilOver(over);
    };
    await Promise.all([
      ping([init], pings.length),
      ...Array.from({ length: isShort ? 2 : 10 }, () => ping([], pings.length / 4)),
    ]);
  },
};
