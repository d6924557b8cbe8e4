import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { buildSchema } from 'graphql';
import { root } from '../../scripts/project.mjs';
import { readFigures, watchFigures } from '../support/service-figures.js';
import type { WatchedService } from '../support/watched-service.js';
import type { FuzzOptions } from './arguments.js';
import { casesOf } from './cases/index.js';
import type { OpenApiDocument } from './cases/requests.js';
import { describe, findingsOf, shortened, type Finding } from './findings.js';
import { createSender } from './send.js';
import { startFuzzedService, TOKENS } from './stage.js';

export interface FuzzReport {
  readonly sent: number;
  readonly findings: readonly Finding[];
  readonly longestPauseMs: number;
  readonly heldBefore: number;
  readonly heldAfter: number;
}

const AT_ONCE = 8;
const MOST_PAUSE_MS = 250;
/**
 * Number of cases before the first reading of memory. Caches fill and code is compiled during these cases, so that
 * growth is measured from the reading after them.
 */
const WARM_UP = 500;
const MOST_GROWTH = 0.1;
/** Growth of memory that is never a finding. */
const TOLERATED_GROWTH_BYTES = 24 * 1024 * 1024;
const QUIET_WITHIN_MS = 20_000;

/**
 * Starts a service, sends the cases to it, and returns the findings. The run ends even when the service hangs, because
 * every request has a time limit.
 */
export async function runFuzz(options: FuzzOptions, say: (line: string) => void): Promise<FuzzReport> {
  const service = await startFuzzedService(options.broker);
  try {
    return await sendAll(service, options, say);
  } finally {
    await service.stop();
  }
}

async function sendAll(
  service: WatchedService,
  options: FuzzOptions,
  say: (line: string) => void,
): Promise<FuzzReport> {
  const openApi = (await warmUp(service)) as OpenApiDocument;
  const schema = buildSchema(readFileSync(join(root, 'schema.graphql'), 'utf8'));
  const cases = casesOf({ schema, openApi, seed: options.seed }, options);
  const sender = createSender(service.port);
  const secrets = [...Object.values(TOKENS), ...service.passwords];
  const findings: Finding[] = [];
  const underWay = new Map<number, string>();
  const note = (
    what: string,
    detail = [...underWay].map(([number, text]) => `${number}: ${shortened(text)}`).join('\n  '),
  ) => void findings.push({ what, number: undefined, detail });
  let hasEnded = false;
  service.onEnd((what) => {
    hasEnded = true;
    note(what);
  });
  let sent = 0;
  let heldBefore = Number.NaN;

  const watch = watchFigures(service, TOKENS.operator, (pauseMs) => {
    if (pauseMs > MOST_PAUSE_MS) note(`the event loop stood still for more than ${MOST_PAUSE_MS} ms`);
  });
  const work = async (): Promise<void> => {
    for (const { number, sent: one } of cases) {
      if (hasEnded) return;
      underWay.set(number, describe(one));
      findings.push(...findingsOf(number, one, await sender.send(one, `fuzz-${number}`), secrets));
      findings.push(...service.takeComplaints().map(complaintOf));
      underWay.delete(number);
      sent += 1;
      if (sent === WARM_UP) heldBefore = await heldAtRest(service);
      if (sent % 5000 === 0) say(`${sent} sent, ${findings.length} findings`);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  sender.close();
  const { longestPauseMs } = await watch.stop();
  findings.push(...service.takeComplaints().map(complaintOf));
  if (hasEnded) return { sent, findings, longestPauseMs, heldBefore, heldAfter: Number.NaN };

  findings.push(...(await observersLeft(service)));
  const heldAfter = await heldAtRest(service);
  if (heldAfter - heldBefore > Math.max(heldBefore * MOST_GROWTH, TOLERATED_GROWTH_BYTES))
    note('memory is held', `${heldBefore} bytes after ${WARM_UP} cases, ${heldAfter} at the end`);
  return { sent, findings, longestPauseMs, heldBefore, heldAfter };
}

/**
 * Requests what the service makes once, at the first request for it: its pages and /openapi.json.
 * @returns the parsed /openapi.json
 */
async function warmUp({ url }: WatchedService): Promise<unknown> {
  for (const path of ['/', '/graphql', '/api'])
    await (await fetch(`${url}${path}`, { headers: { accept: 'text/html' } })).text();
  return await (await fetch(`${url}/openapi.json`)).json();
}

async function heldAtRest(service: WatchedService): Promise<number> {
  for (let times = 0; times < 3; times += 1) {
    service.collectGarbage();
    await delay(300);
  }
  return (await readFigures(service, TOKENS.operator))?.heldBytes ?? Number.NaN;
}

async function observersLeft(service: WatchedService): Promise<readonly Finding[]> {
  const giveUpAt = performance.now() + QUIET_WITHIN_MS;
  for (;;) {
    const observers = (await readFigures(service, TOKENS.operator))?.observers ?? 0;
    if (observers === 0) return [];
    if (performance.now() > giveUpAt)
      return [
        { what: 'observers are left', number: undefined, detail: `${observers} after ${QUIET_WITHIN_MS} ms` },
      ];
    await delay(250);
  }
}

/**
 * Turns a line of the log into a finding. The line's request id names the case, unless the case sent an X-Request-Id.
 */
function complaintOf(line: string): Finding {
  const [, message = 'a line that is none of the log'] = /"msg":"([^"]*)"/.exec(line) ?? [];
  const [, number] = /"requestId":"fuzz-(\d+)"/.exec(line) ?? [];
  return {
    what: `the log: ${message}`,
    number: number === undefined ? undefined : Number(number),
    detail: shortened(line),
  };
}
