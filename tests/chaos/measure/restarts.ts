import { Agent, request as httpRequest } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { until } from '../../support/waiting.js';
import { APIS, WORKERS, type ProcessName } from '../fault-plan.js';
import { quantiles } from '../figures.js';
import type { Stage } from '../stage.js';
import { countBy, ownFilter, query, untilAllEnded, type Measurement } from './measurement.js';

const RESTARTS = 100;
const REQUESTS_PER_SECOND = 100;
const ORDER: readonly ProcessName[] = [APIS[0] ?? 'api-1', WORKERS[0] ?? 'worker-1', 'api-2', 'worker-2'];

/**
 * One process after the other, each awaited before the next one. What a balancer does, the caller does: it asks each
 * address for `/readyz` all the time, sends nothing to one that is not ready, and passes over one that refuses the
 * connection.
 */
export const restarts: Measurement = {
  what: `${RESTARTS} rolling restarts (SIGTERM) at ${REQUESTS_PER_SECOND} requests a second`,
  async measure({ stage, say }) {
    const answers: string[] = [];
    const took: number[] = [];
    const over = new AbortController();
    const ready = watchReadiness(stage, over.signal);
    const callers = (async () => {
      const open: Promise<void>[] = [];
      const startedAt = performance.now();
      for (let index = 0; !over.signal.aborted; index += 1) {
        await delay(Math.max(0, startedAt + (index * 1000) / REQUESTS_PER_SECOND - performance.now()));
        const at = performance.now();
        open.push(
          call(stage, ready, index).then((answer) => {
            answers.push(answer);
            took.push(Math.round(performance.now() - at));
          }),
        );
      }
      await Promise.all(open);
    })();
    for (let restart = 0; restart < RESTARTS; restart += 1) {
      await restartOne(stage, ORDER[restart % ORDER.length] ?? 'api-1');
      if (restart % 20 === 19) say(`${restart + 1} restarts, ${answers.length} answers`);
    }
    over.abort();
    await callers;
    await untilAllEnded(stage);
    const attempts = await query<{ code: string; attempts: number }>(
      stage,
      "SELECT COALESCE(error_code, 'succeeded') AS code, COUNT(*) AS attempts FROM report_job_attempts GROUP BY code",
    );
    const byCode = Object.fromEntries(attempts.map((row) => [row.code, row.attempts]));
    const failed = answers.filter((answer) => !/^20\d$/.test(answer)).length;
    const used = attempts.filter(({ code }) => code !== 'succeeded' && code !== 'RELEASED').length;
    return {
      ok: failed === 0 && used === 0,
      figures: {
        restarts: RESTARTS,
        requests: answers.length,
        failed,
        answers: countBy(answers),
        attempts: byCode,
        ms: quantiles(took),
      },
    };
  },
};

async function restartOne(stage: Stage, name: ProcessName): Promise<void> {
  const managed = stage.processes.get(name);
  const pid = managed?.pid;
  managed?.end('SIGTERM');
  await until(async () => managed?.pid !== undefined && managed.pid !== pid);
  if (name === 'api-1' || name === 'api-2') {
    await until(
      async () => (await fetch(`${stage.apiUrls[name]}/readyz`).catch(() => undefined))?.ok === true,
    );
  } else {
    await delay(1000);
  }
}

/** How often a balancer looks. */
const LOOK_EVERY_MS = 250;

/** The APIs that said when last asked that they are ready. */
function watchReadiness(stage: Stage, signal: AbortSignal): ReadonlySet<string> {
  const ready = new Set<string>(APIS);
  for (const api of APIS) {
    void (async () => {
      while (!signal.aborted) {
        const isReady = (await send(`${stage.apiUrls[api]}/readyz`)) === '200';
        if (isReady) ready.add(api);
        else ready.delete(api);
        await delay(LOOK_EVERY_MS);
      }
    })();
  }
  return ready;
}

/** Every fifth is a request for a job. */
async function call(stage: Stage, ready: ReadonlySet<string>, index: number): Promise<string> {
  const candidates = APIS.filter((api) => ready.has(api));
  if (index % 2 === 1) candidates.reverse();
  let answer = 'none is ready';
  for (const api of candidates) {
    answer =
      index % 5 === 0
        ? await send(`${stage.apiUrls[api]}/api/2.0/report/posts`, JSON.stringify({ filter: ownFilter() }))
        : await send(`${stage.apiUrls[api]}/api/2.0/report/jobs?limit=1`);
    if (answer !== 'ECONNREFUSED') return answer;
  }
  return answer;
}

/** Connections of their own: one that a client keeps open may be closed just as it is used again. */
const agent = new Agent({ keepAlive: false });

function send(url: string, body?: string): Promise<string> {
  return new Promise((resolve) => {
    const request = httpRequest(url, {
      agent,
      method: body === undefined ? 'GET' : 'POST',
      headers: body === undefined ? {} : { 'content-type': 'application/json' },
      timeout: 10_000,
    });
    request.on('response', (response) => {
      response.resume();
      response.on('end', () => resolve(String(response.statusCode)));
      response.on('error', (error) => resolve(`broken off: ${error.message}`));
    });
    request.on('timeout', () => request.destroy(new Error('timeout')));
    request.on('error', (error) => resolve('code' in error ? String(error.code) : error.message));
    request.end(body);
  });
}
