import type { Attack } from '../attack.js';
import { untilOver } from './send.js';
import { open, post, takeStatus } from './sockets.js';

const SUBSCRIPTION = { query: 'subscription { reportCompleted { id } }' };
const AT_ONCE = 100;

/** Opens more streams than the 500 that the service serves to one requester. They stay open until the attack ends. */
export const manyStreams: Attack = {
  name: '3,000 event streams of one requester',
  isQuick: true,
  async run(target, over) {
    const count = target.isShort ? 600 : 3000;
    const request = post(target, '/graphql', SUBSCRIPTION, 'Accept: text/event-stream');
    const openOne = async (): Promise<() => void> => {
      const socket = await open(target.port, request);
      await takeStatus(socket, target);
      socket.resume();
      return () => socket.destroy();
    };
    const closes: (() => void)[] = [];
    while (closes.length < count && !over.aborted)
      closes.push(...(await Promise.all(Array.from({ length: AT_ONCE }, openOne))));
    await untilOver(over);
    for (const close of closes) close();
  },
};
