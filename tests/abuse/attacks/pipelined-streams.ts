import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import type { Attack } from '../attack.js';
import { get, open } from './sockets.js';

const ENDS = encodeURIComponent('subscription { reportCompleted { id } }');
const PIPELINED = 200;
const CONNECTIONS = 4;

/** The client resets each connection as soon as the first stream has begun. */
export const pipelinedStreams: Attack = {
  name: '200 event streams pipelined on a connection that is lost, over and over',
  isQuick: true,
  async run(target, over) {
    const request = get(target, `/graphql?query=${ENDS}`, 'Accept: text/event-stream').repeat(PIPELINED);
    const loop = async (): Promise<void> => {
      while (!over.aborted) {
        const socket = await open(target.port, request);
        await Promise.race([once(socket, 'data'), once(socket, 'close'), delay(1000)]);
        socket.resetAndDestroy();
        target.tally.served += PIPELINED;
      }
    };
    await Promise.all(Array.from({ length: CONNECTIONS }, loop));
  },
};
