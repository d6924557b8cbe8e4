import { connect } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { until } from '../support/waiting.js';
import { head } from './support/raw.js';
import { createTestService } from './support/service.js';

const ENDS = encodeURIComponent('subscription Ends { reportCompleted { id } }');
const STREAMS: readonly [name: string, target: (id: string) => string][] = [
  ['GraphQL', () => `/graphql?query=${ENDS}`],
  ['REST', (id) => `/api/2.0/report/jobs/${id}/events`],
];

describe.each(STREAMS)('streams of %s that are pipelined on one connection', (_name, target) => {
  it.each([2, 200])('are all forgotten within 2 s of its loss: %i', async (count) => {
    const service = createTestService();
    const { port } = await service.listen();
    const id = await service.request();
    const request = head(`GET ${target(id)} HTTP/1.1`, 'Host: localhost', 'Accept: text/event-stream');
    const socket = connect(port, '127.0.0.1').resume();
    socket.write(request.repeat(count));
    // node:http stops reading while 16 kB of answers wait to be sent.
    await until(() => service.watcher.size >= Math.min(count, 10));
    const begun = service.watcher.size;

    const lost = performance.now();
    socket.resetAndDestroy();
    await until(() => service.watcher.size === 0);
    expect(performance.now() - lost).toBeLessThan(2000);
    const lines = () => service.logged('info').filter(({ fields }) => fields['status'] === 499);
    await until(() => lines().length >= begun);
    const figures = await (await service.fetch('/metrics')).text();
    expect(figures).toMatch(new RegExp(`_count\\{method="GET",.*status="499"\\} ${lines().length}\n`));
  });
});
