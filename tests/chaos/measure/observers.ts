import { setTimeout as delay } from 'node:timers/promises';
import { APIS } from '../fault-plan.js';
import { watch } from '../watcher.js';
import { holdReports, requestJob, untilAllEnded, type Measurement } from './measurement.js';
import { judgeObservers } from './told-observers.js';

const OBSERVERS = 10_000;
const PER_JOB = 50;

/** Each begins at a random moment within 50 ms before and after the end of its job. */
export const observers: Measurement = {
  what: `${OBSERVERS} observers who begin −50 … +50 ms around the end`,
  async measure({ stage, client, recorder, say }) {
    const deps = { apiUrls: stage.apiUrls, recorder, stopping: new AbortController().signal };
    for (let done = 0; done < OBSERVERS; done += PER_JOB) {
      const release = holdReports(stage);
      const jobId = await requestJob(client);
      await delay(40);
      const watching = Array.from({ length: PER_JOB }, async (_, index) => {
        await delay(Math.random() * 100);
        const stream = (['events', 'jobUpdated', 'reportCompleted'] as const)[index % 3] ?? 'events';
        await watch(deps, { jobId, stream, api: APIS[index % APIS.length] ?? 'api-1' });
      });
      await delay(50);
      release();
      await Promise.all(watching);
      if ((done / PER_JOB) % 50 === 49) say(`${done + PER_JOB} observers`);
    }
    await untilAllEnded(stage);
    const figures = await judgeObservers(stage, recorder);
    const { missed, twice, toldMs } = figures;
    return { ok: missed === 0 && twice === 0 && (toldMs.p99 ?? 0) <= 250, figures: { ...figures } };
  },
};
