import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { runToEnd } from '../../scripts/run-to-end.mjs';
import { blocksOf } from '../support/document-blocks.js';
import { startApi, startWorker, type ApiProcess, type ServiceProcess } from '../support/processes.js';
import { startServiceServers, type Service } from '../support/service.js';

const BIN = fileURLToPath(new URL('../support/bin', import.meta.url));
const log = join(mkdtempSync(join(tmpdir(), 'posts-report-documents-')), 'curl.jsonl');

let service: Service;
let api: ApiProcess;
let worker: ServiceProcess;

beforeAll(async () => {
  service = await startServiceServers('bee-queue');
  [api, worker] = await Promise.all([startApi({ env: service.env }), startWorker({ env: service.env })]);
});

afterAll(async () => {
  await Promise.all([api?.stop(), worker?.stop()]);
  await service?.close();
  rmSync(dirname(log), { recursive: true, force: true });
});

test.each([
  ['README.md', 16],
  ['docs/asking-for-reports.md', 14],
  ['docs/operating.md', 4],
])(
  '%s: every command is answered as it should be, and none waits for ever',
  async (document, least) => {
    rmSync(log, { force: true });
    await runToEnd('sh', ['-eu'], {
      input: commandsOf(document),
      env: { PATH: BIN + delimiter + process.env['PATH'], CURL_LOG: log, TOKEN: 'of-an-operator' },
    });
    const calls = readFileSync(log, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Call);
    expect(calls.length).toBeGreaterThanOrEqual(least);
    for (const { method, url, status, body } of calls) {
      const isOver = /\/(?:retry|cancel)$/.test(url) && status === 409; // the job has SUCCEEDED
      expect({ method, url, body, isFine: isOver || status < 400 }).toEqual({
        method,
        url,
        body,
        isFine: true,
      });
      expect(body).not.toMatch(/^\{"errors"|"userErrors":\[\{/);
    }
  },
  120_000,
);

interface Call {
  readonly method: string;
  readonly url: string;
  readonly status: number;
  readonly body: string;
}

function commandsOf(document: string): string {
  return blocksOf(document, 'sh')
    .filter((block) => block.includes('curl '))
    .join('\n')
    .replaceAll('http://127.0.0.1:4000', api.url);
}
