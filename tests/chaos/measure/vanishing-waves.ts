import { setTimeout as delay } from 'node:timers/promises';
import { until } from '../../support/waiting.js';
import { readObservers } from './api-holdings.js';
import { call, CALL_KINDS, callAndVanish, type Caller, type Target } from './vanishing-callers.js';

export interface Waves {
  readonly waves: number;
  readonly perWave: number;
  /** A job that stays open by itself. */
  readonly openJob: () => Promise<Target>;
  readonly cancel: (target: Target) => Promise<unknown>;
}

/** Of so many callers one is gone before there is an answer; the others when all of them watch. */
const IMPATIENT_OF = 4;
/** Callers at a time; the service refuses what its connections to the database cannot take in within a second. */
const AT_ONCE = 24;

/**
 * Waves of callers of every kind, who vanish all at once. In every second wave the job ends at the same moment, so that
 * there is something to tell to those who are just going.
 */
export async function vanishInWaves({ waves, perWave, openJob, cancel }: Waves): Promise<void> {
  for (let wave = 0; wave < waves; wave += 1) {
    const target = await openJob();
    const before = await readObservers(target.url);
    const kinds = Array.from(
      { length: perWave },
      (_, index) => CALL_KINDS[(index + wave) % CALL_KINDS.length] ?? '',
    );
    const callers: Caller[] = [];
    let expected = before;
    for (let start = 0; start < kinds.length; start += AT_ONCE) {
      const group = kinds.slice(start, start + AT_ONCE);
      const gone = group
        .filter((_, index) => index % IMPATIENT_OF === 0)
        .map((kind) => leaveEarly(kind, target));
      const patient = group.filter((_, index) => index % IMPATIENT_OF !== 0);
      const called = await Promise.all(patient.map((kind) => call(kind, target)));
      await Promise.all(gone);
      for (const { observers } of called) expected += observers;
      callers.push(...called);
      await until(async () => (await readObservers(target.url)) >= expected);
    }
    const ended = wave % 2 === 0 ? cancel(target) : undefined;
    for (const [index, caller] of callers.entries()) caller.vanish(index % 2 === 0 ? 'reset' : 'end');
    await ended;
    if (ended === undefined) await cancel(target);
  }
}

async function leaveEarly(kind: string, target: Target): Promise<void> {
  await delay(Math.random() * 100);
  await callAndVanish(kind, target);
}
