import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { root } from '../../scripts/project.mjs';
import { startBrowser, type TestBrowser } from '../support/browser.js';
import { blocksOf } from '../support/document-blocks.js';
import { startApi, startWorker, type ApiProcess } from '../support/processes.js';
import { EXPECTED, startServiceServers, type Service } from '../support/service.js';

const TOKEN = 'sesame';
const PAGE = `<!doctype html>
<output></output>
<script>sessionStorage.setItem('token', '${TOKEN}')</script>
<script type="importmap">{ "imports": { "graphql-ws": "/graphql-ws/client.js" } }</script>
<script type="module" src="/page.js"></script>`;

let browser: TestBrowser;
let service: Service;
let site: Server;
let api: ApiProcess;

beforeAll(async () => {
  [browser, service, site] = await Promise.all([
    startBrowser(),
    startServiceServers('bee-queue'),
    startSite(),
  ]);
  [api] = await Promise.all([startGuardedApi(), startWorker({ env: service.env })]);
}, 300_000);

afterAll(async () => {
  await browser?.close();
  site?.close();
  await service?.close();
});

test('the code of docs/browser-clients.md follows a job, also while the service is away, and subscribes', async () => {
  const unlock = await service.lockPosts();
  const { page } = await browser.open(originOf(site));
  const output = page.locator('output');
  await output.getByText('RUNNING').waitFor();
  await api.kill('SIGKILL');
  api = await startGuardedApi({ PORT: new URL(api.url).port });
  await unlock();
  await output.getByText(`${EXPECTED.length} users`).waitFor();

  const ended = await page.evaluate(`(async () => {
    const { subscribe } = await import('/subscribe.js');
    const ask = async (query, variables) => {
      const asked = subscribe({ url: '${api.url}', token: '${TOKEN}', query, variables });
      for await (const { data } of asked) return data;
    };
    const { jobs } = await ask('{ jobs { nodes { id } } }');
    return ask('subscription ($id: ID!) { reportCompleted(jobId: $id) { status requestedBy } }', jobs.nodes[0]);
  })()`);
  expect(ended).toEqual({ reportCompleted: { status: 'SUCCEEDED', requestedBy: 'ann' } });
});

/** Starts an API that requires a token, and that allows requests from the site's pages (CORS). */
async function startGuardedApi(env: Readonly<Record<string, string>> = {}): Promise<ApiProcess> {
  const guard = { AUTH_TOKENS: `ann:viewer:${TOKEN}`, CORS_ORIGINS: originOf(site) };
  return await startApi({ env: { ...service.env, ...guard, ...env } });
}

/** Serves the code blocks of docs/browser-clients.md. The first line of each block has its file name. */
async function startSite(): Promise<Server> {
  const blocks = new Map(
    blocksOf('docs/browser-clients.md', 'js').map((block) => [/^\/\/ (\S+)/.exec(block)?.[1], block]),
  );
  const server = createServer(({ url = '' }, response) => {
    const block = blocks.get(url.slice(1));
    if (url === '/') return void response.setHeader('content-type', 'text/html').end(PAGE);
    response.setHeader('content-type', 'text/javascript');
    if (block !== undefined) return void response.end(block.replace('https://reports.example', api.url));
    const [, file] = /^\/graphql-ws\/([\w-]+\.js)$/.exec(url) ?? [];
    if (file !== undefined)
      return void response.end(readFileSync(join(root, 'node_modules/graphql-ws/dist', file)));
    response.writeHead(404).end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

function originOf(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
