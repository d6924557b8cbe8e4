import { once } from 'node:events';
import type { Attack } from '../attack.js';
import { get, open, takeStatus } from './sockets.js';

const CALLERS = 150;

/** Each client requests the report again when it has received the whole report. */
export const sharedReport: Attack = {
  name: '150 callers of one synchronous report in another order',
  isQuick: false,
  async run(target, over) {
    const request = get(target, '/api/1.0/report/posts?order_by=-total_words', 'Connection: close');
    const loop = async (): Promise<void> => {
      while (!over.aborted) {
        const socket = await open(target.port, request);
        const closed = once(socket, 'close');
        over.addEventListener('abort', () => socket.destroy(), { once: true });
        await takeStatus(socket, target);
        socket.resume();
        await closed;
      }
    };
    await Promise.all(Array.from({ length: CALLERS }, loop));
  },
};
