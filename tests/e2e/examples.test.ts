import { readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { root } from '../../scripts/project.mjs';
import { findPrograms } from '../../scripts/servers/programs.mjs';
import { spawnTethered, type TetheredProcess } from '../../scripts/servers/tethered-process.mjs';
import { startApi, startWorker, type ApiProcess } from '../support/processes.js';
import { EXPECTED, startServiceServers, type Service } from '../support/service.js';

const FOLDER = join(root, 'examples');
const README = 'README.md';
const EXAMPLES = readdirSync(FOLDER).filter((name) => name !== README && extname(name) !== '');
const most = Math.max(...EXPECTED.map(({ total_words }) => total_words));
const words = EXPECTED.reduce((sum, { total_words }) => sum + total_words, 0);
/** The output of an example that `PRINTED` does not list. */
const TOTALS = new RegExp(`^${EXPECTED.length} users wrote ${words} words$`, 'm');
/** Patterns for the output of each example that does not print the totals alone. */
const PRINTED: Readonly<Record<string, readonly RegExp[]>> = {
  'curl-cancel.sh': [/^Canceled|^Too late/m],
  'curl-csv.sh': [new RegExp(`^user_id,total_words\n\\d+,${most}\n`), TOTALS],
  'curl-follow.sh': [/^It is over: SUCCEEDED$/m, TOTALS],
  'curl-idempotency-key.sh': [
    /^The first request: job (\w+)\nThe second request: job \1$/m,
    /"code":"IDEMPOTENCY_KEY_REUSED"/,
    /^The same key for something else was refused/m,
  ],
};
const TOKEN = 'sesame';

interface Interpreter {
  readonly path: string;
  readonly env: NodeJS.ProcessEnv;
}

let service: Service;
let api: ApiProcess;
/** The programs that run the examples, by file extension. */
let interpreters: Readonly<Record<string, Interpreter>>;

beforeAll(async () => {
  const log = (message: string) => process.stderr.write(`${message}\n`);
  const [servers, { curl, python }] = await Promise.all([
    startServiceServers('bee-queue'),
    findPrograms(['curl', 'python'], { log }),
  ]);
  if (!curl || !python) throw new Error('not found');
  service = servers;
  const { PATH = '' } = process.env;
  interpreters = {
    '.mjs': { path: process.execPath, env: { PATH } },
    '.sh': { path: '/bin/sh', env: { ...curl.env, PATH: `${join(curl.path, '..')}:${PATH}` } },
    '.py': { path: python.path, env: python.env },
  };
  const env = { ...service.env, AUTH_TOKENS: `ann:operator:${TOKEN}` };
  [api] = await Promise.all([startApi({ env }), startWorker({ env })]);
}, 300_000);

afterAll(async () => {
  await service?.close();
});

describe('examples/', () => {
  test('each has a row in its README', () => {
    const rows = readFileSync(join(FOLDER, README), 'utf8').matchAll(/^\| `\w+ (\S+)`/gm);
    expect(new Set([...rows].map(([, name]) => name))).toEqual(new Set(EXAMPLES));
  });

  test.each(EXAMPLES)('%s does what it shows', async (name) => {
    const { printed, code } = await run(name, TOKEN);
    expect([printed, code]).toEqual([expect.any(String), 0]);
    for (const pattern of PRINTED[name] ?? [TOTALS]) expect(printed).toMatch(pattern);
  });

  test.each(EXAMPLES)('%s fails when it is refused', async (name) => {
    const { printed, code } = await run(name, 'wrong');
    expect([printed, code]).not.toEqual([expect.any(String), 0]);
    expect(printed).not.toMatch(TOTALS);
  });

  test('curl-cancel.sh cancels a job that is not over yet', async () => {
    const unlock = await service.lockPosts();
    try {
      const { printed, code } = await run('curl-cancel.sh', TOKEN);
      expect(code).toBe(0);
      expect(printed).toMatch(/^Canceled/m);
      const id = /job (\w+)/.exec(printed)?.[1];
      expect(await service.db('report_jobs').where({ id }).first('status')).toEqual({ status: 'CANCELED' });
    } finally {
      await unlock();
    }
  });
});

async function run(name: string, token: string): Promise<{ printed: string; code: number | null }> {
  const interpreter = interpreters[extname(name)];
  if (interpreter === undefined) throw new Error(`nothing here runs ${name}: add what does to this test`);
  const example = await spawnTethered(interpreter.path, [join(FOLDER, name)], {
    cwd: root,
    env: { ...interpreter.env, POSTS_REPORT_URL: api.url, POSTS_REPORT_TOKEN: token },
  });
  const printed = readAll(example);
  const { code } = await example.exited;
  return { printed: await printed, code };
}

async function readAll({ stdout, stderr }: TetheredProcess): Promise<string> {
  const texts = [stdout, stderr].map(async (output) => {
    let text = '';
    for await (const chunk of output ?? []) text += String(chunk);
    return text;
  });
  return (await Promise.all(texts)).join('');
}
