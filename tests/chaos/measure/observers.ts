import { setTimeout as delay } from 'node:timers/promises';
import { APIS } from '../fault-plan.js';
import { groupBy } from '../group-by.js';
import { quantiles } from '../figures.js';
import { watch } from '../watcher.js';
import { holdReports, query, requestJob, untilAllEnded, type Measurement } from './measurement.js';

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
    const ended = new Map(
      (
        await query<{ id: string; at: number }>(
          stage,
          "SELECT id, CAST(TIMESTAMPDIFF(MICROSECOND, '1970-01-01', completed_at) DIV 1000 AS DOUBLE) AS at FROM report_jobs",
        )
      ).map(({ id, at }) => [id, at]),
    );
    const begun = new Map(
      recorder.events.flatMap((event) =>
        event.type === 'invoke' && event.action === 'watch' ? [[event.id, event.at] as const] : [],
      ),
    );
    const ends = recorder.events.filter(
      (event) => event.type === 'told' && event.seen.status === 'SUCCEEDED',
    );
    const perObserver = groupBy(ends, (event) => (event.type === 'told' ? event.id : 0));
    const told = ends.flatMap((event) =>
      event.type === 'told'
        ? [event.at - Math.max(ended.get(event.seen.jobId) ?? 0, begun.get(event.id) ?? 0)]
        : [],
    );
    const missed = [...begun.keys()].filter((id) => !perObserver.has(id)).length;
    const twice = [...perObserver.values()].filter((events) => events.length > 1).length;
    const before = [...begun].filter(([id, at]) => {
      const event = perObserver.get(id)?.[0];
      return event?.type === 'told' && at < (ended.get(event.seen.jobId) ?? 0);
    }).length;
    const toldMs = quantiles(told);
    return {
      ok: missed === 0 && twice === 0 && (toldMs.p99 ?? 0) <= 250,
      figures: { observers: begun.size, begunBeforeTheEnd: before, missed, twice, toldMs },
    };
  },
};
