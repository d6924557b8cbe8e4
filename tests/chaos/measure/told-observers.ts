import { groupBy } from '../group-by.js';
import { quantiles, type Quantiles } from '../figures.js';
import type { Recorder } from '../history.js';
import type { Stage } from '../stage.js';
import { query } from './measurement.js';

export interface ToldObservers {
  readonly observers: number;
  readonly begunBeforeTheEnd: number;
  /** Never told that the job SUCCEEDED. */
  readonly missed: number;
  readonly twice: number;
  /** From the end, by the database's clock, or from the beginning of the watch when that was later. */
  readonly toldMs: Quantiles;
}

/** What the record says of everybody who watched, each a job that has SUCCEEDED. */
export async function judgeObservers(stage: Stage, recorder: Recorder): Promise<ToldObservers> {
  const ended = new Map(
    (
      await query<{ id: string; at: number }>(
        stage,
        "SELECT id, CAST(TIMESTAMPDIFF(MICROSECOND, '1970-01-01', completed_at) DIV 1000 AS DOUBLE) AS at FROM report_jobs",
      )
    ).map(({ id, at }) => [id, at]),
  );
  const watches = recorder.events.flatMap((event) =>
    event.type === 'invoke' && event.action === 'watch' ? [event] : [],
  );
  const begun = new Map(watches.map(({ id, at }) => [id, at]));
  const ends = recorder.events.flatMap((event) =>
    event.type === 'told' && event.seen.status === 'SUCCEEDED' ? [event] : [],
  );
  const perObserver = groupBy(ends, ({ id }) => id);
  return {
    observers: watches.length,
    begunBeforeTheEnd: watches.filter(({ jobId, at }) => at < (ended.get(jobId) ?? 0)).length,
    missed: watches.filter(({ id }) => !perObserver.has(id)).length,
    twice: [...perObserver.values()].filter((events) => events.length > 1).length,
    toldMs: quantiles(
      ends.map(({ id, at, seen }) => at - Math.max(ended.get(seen.jobId) ?? 0, begun.get(id) ?? 0)),
    ),
  };
}
