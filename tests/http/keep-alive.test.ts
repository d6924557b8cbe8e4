import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { WebSocket } from 'ws';
import { createTestService } from './support/service.js';

/** Proxies and clients commonly drop a connection that was silent for a minute. */
const LESS_THAN_A_MINUTE_MS = 30_000;
const ENDS = 'subscription { reportCompleted { id } }';

beforeEach(() => {
  // Of the timers only intervals are fake. The servers' time limits for silent connections use other clocks.
  jest.useFakeTimers({
    doNotFake: ['nextTick', 'setImmediate', 'setTimeout', 'clearTimeout', 'queueMicrotask'],
  });
});
afterEach(() => {
  jest.useRealTimers();
});

test('a quiet subscription over SSE is not silent for a minute', async () => {
  const service = createTestService();
  const response = await service.fetch(`/graphql?query=${encodeURIComponent(ENDS)}`, {
    headers: { Accept: 'text/event-stream' },
  });
  await expectComment(response);
});

test('quiet events over REST are not silent for a minute', async () => {
  const service = createTestService();
  const id = await service.request();
  await expectComment(await service.fetch(`/api/2.0/report/jobs/${id}/events`));
});

test('a quiet WebSocket is not silent for a minute', async () => {
  const server = await createTestService().listen();
  const socket = new WebSocket(server.webSocketUrl, 'graphql-transport-ws');
  await new Promise((resolve) => socket.once('open', resolve));
  const pinged = new Promise((resolve) => socket.once('ping', resolve));
  jest.advanceTimersByTime(LESS_THAN_A_MINUTE_MS);
  await pinged;
  socket.terminate();
});

/** Expects a comment in the stream that the service sends only because time passes: no job changes. */
async function expectComment(response: Response): Promise<void> {
  const reader = (response.body as ReadableStream<Uint8Array>).getReader();
  const decoder = new TextDecoder();
  let text = '';
  let isSilent = false;
  const reading = (async () => {
    for (;;) {
      const { value } = await reader.read();
      text += decoder.decode(value);
      if (isSilent && /^:/m.test(decoder.decode(value))) return;
    }
  })();
  // The test reads the first bytes before it advances the time.
  for (let turn = 0; turn < 10; turn += 1) await new Promise(setImmediate);
  isSilent = true;
  jest.advanceTimersByTime(LESS_THAN_A_MINUTE_MS);
  await reading;
  expect(text).toMatch(/^:/m);
  await reader.cancel();
}
