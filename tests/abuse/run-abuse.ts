import { setTimeout as delay } from 'node:timers/promises';
import { readFigures, watchFigures, type Figures } from '../support/service-figures.js';
import type { WatchedService } from '../support/watched-service.js';
import type { AbuseOptions } from './arguments.js';
import type { Attack } from './attack.js';
import { Attacker, type Order } from './attacker.js';
import { ATTACKS } from './attacks/index.js';
import { HonestClient } from './honest-client.js';
import { MOST_GROWTH_BYTES, MOST_IN_USE_BYTES, MOST_REPEATS, type Outcome } from './outcome.js';
import { startAttackedService, TOKENS } from './stage.js';

const SECONDS = { whole: 8, short: 0.8 };
const SETTLES_WITHIN_MS = 30_000;

/** Starts a service and runs one attack after the other on it. The run ends even if the service hangs. */
export async function* runAbuse({ broker, isShort, only }: AbuseOptions): AsyncGenerator<Outcome> {
  const service = await startAttackedService(broker, isShort);
  const attacker = new Attacker();
  const honest = new HonestClient(service.url, TOKENS.honest);
  try {
    await honest.begin();
    await honest.measure(isShort ? 0.5 : 5); // warms up: V8 compiles code and connections are opened
    for (const attack of ATTACKS)
      if ((attack.isQuick || !isShort) && attack.name.includes(only))
        yield await attackOnce({ service, attacker, honest, isShort }, attack);
  } finally {
    attacker.close();
    await honest.close();
    await service.stop();
  }
}

interface Parties {
  readonly service: WatchedService;
  readonly attacker: Attacker;
  readonly honest: HonestClient;
  readonly isShort: boolean;
}

async function attackOnce(parties: Parties, attack: Attack): Promise<Outcome> {
  const { service, attacker, honest, isShort } = parties;
  const { url, port } = service;
  const order = (step: Order['step']): Order => {
    const authorization = `Bearer ${TOKENS.attacker}`;
    return { attack: attack.name, step, target: { url, port, authorization, isShort } };
  };
  const seconds = isShort ? SECONDS.short : (attack.seconds ?? SECONDS.whole);
  await attacker.do(order('prepare'));
  const before = await atRest(service, () => true);
  const idle = await honest.measure(isShort ? 0.2 : SECONDS.whole);
  honest.takeFailure();

  const watch = watchFigures(service, TOKENS.operator);
  const attacking = attacker.do(order('run'));
  const during = await honest.measure(seconds);
  attacker.endAttack();
  const tally = await attacking;
  const { longestPauseMs, peakResidentBytes } = await watch.stop();

  const firstFailure = honest.takeFailure();
  const looks = [before, await settled(service, before)];
  while (looks.length < 2 + MOST_REPEATS && leftMuch(looks)) {
    const repeated = attacker.do(order('run'));
    await delay(seconds * 1000);
    attacker.endAttack();
    await repeated;
    looks.push(await settled(service, looks.at(-1) as Figures));
  }
  const after = looks.at(-1) as Figures;
  return {
    attack: attack.name,
    tally,
    idle,
    during,
    firstFailure,
    inUse: { before: before.heldBytes, after: after.heldBytes },
    resident: {
      before: before.residentBytes,
      peak: peakResidentBytes,
      after: looks.slice(1).map(({ residentBytes }) => residentBytes),
    },
    observersLeft: after.observers,
    longestPauseMs,
    complaints: service.takeComplaints(),
  };
}

function leftMuch(looks: readonly Figures[]): boolean {
  const [last, previous] = looks.toReversed() as [Figures, Figures];
  return last.residentBytes - previous.residentBytes > MOST_GROWTH_BYTES;
}

function settled(service: WatchedService, before: Figures): Promise<Figures> {
  return atRest(
    service,
    ({ observers, heldBytes, residentBytes }) =>
      observers === 0 &&
      heldBytes - before.heldBytes < MOST_IN_USE_BYTES / 2 &&
      residentBytes - before.residentBytes < MOST_GROWTH_BYTES / 2,
  );
}

/** Reads the figures until `isAtRest` accepts them. Returns the current figures after 30 s in any case. */
async function atRest(service: WatchedService, isAtRest: (figures: Figures) => boolean): Promise<Figures> {
  const giveUpAt = performance.now() + SETTLES_WITHIN_MS;
  for (;;) {
    service.collectGarbage();
    await delay(300);
    const figures = await readFigures(service, TOKENS.operator);
    if (figures !== undefined && (isAtRest(figures) || performance.now() > giveUpAt)) return figures;
    if (performance.now() > giveUpAt) throw new Error('The API does not answer any more.');
  }
}
