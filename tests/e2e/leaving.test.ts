import { Agent, get, type IncomingMessage } from 'node:http';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startApi, type ApiProcess } from '../support/processes.js';
import { startServiceServers, type Service } from '../support/service.js';

let service: Service;
let api: ApiProcess;

beforeAll(async () => {
  service = await startServiceServers('bee-queue');
});

afterAll(async () => {
  await service?.close();
});

describe('an API that is stopped', () => {
  test('by SIGTERM first answers /readyz with 503, and then serves requests until load balancers know it', async () => {
    api = await startApi({ env: service.env });
    const ended = api.stop();
    let ready = await look('/readyz');
    while (ready.status === 200) ready = await look('/readyz');
    expect(ready).toMatchObject({ status: 503, connection: 'close' });
    const until = performance.now() + 1000;
    while (performance.now() < until) {
      const answers = await Promise.all(
        Array.from({ length: 20 }, () => look('/api/2.0/report/jobs?limit=1')),
      );
      for (const answer of answers) expect(answer).toEqual({ status: 200, connection: 'close' });
    }
    expect(await ended).toMatchObject({ code: 0 });
  });

  test('by Ctrl-C ends without waiting for load balancers', async () => {
    api = await startApi({ env: service.env });
    await api.kill('SIGINT');
    expect(await api.exited).toMatchObject({ code: 0 });
    expect(api.lines.some((line) => line.includes('"stopped"'))).toBe(true);
    await expect(look('/readyz')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });
});

/** Opens a new connection for each request, because a shared agent would reuse the first connection. */
async function look(path: string): Promise<{ status: number | undefined; connection: string | undefined }> {
  const agent = new Agent({ keepAlive: true });
  const [response] = (await once(get(`${api.url}${path}`, { agent }), 'response')) as [IncomingMessage];
  await once(response.resume(), 'end');
  agent.destroy();
  return { status: response.statusCode, connection: response.headers.connection };
}
