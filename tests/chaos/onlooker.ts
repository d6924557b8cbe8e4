import type { BusEvent } from './brokers/index.js';
import type { Recorder } from './history.js';
import type { ChaosStage } from './stage.js';

/**
 * Listens on the bus, and reads the job's row as soon as an event arrives, because the row must have the announced
 * version by then. Records nothing while the database is unreachable.
 *
 * @returns a function that stops listening, and resolves after the last events were checked
 */
export async function startOnlooker(
  { broker, database }: Pick<ChaosStage, 'broker' | 'database'>,
  recorder: Recorder,
): Promise<() => Promise<void>> {
  let heard: BusEvent[] = [];
  let looking: Promise<void> | undefined;

  const look = async (): Promise<void> => {
    while (heard.length > 0) {
      const events = heard;
      heard = [];
      const ids = [...new Set(events.map(({ jobId }) => jobId))];
      const rows = await database
        .query('SELECT id, version FROM report_jobs WHERE id IN (?)', [ids])
        .then(([found]) => found as { id: string; version: number }[])
        .catch(() => undefined);
      if (rows === undefined) continue;
      const versions = new Map(rows.map(({ id, version }) => [id, version]));
      for (const { jobId, version } of events)
        recorder.announced(jobId, version, versions.get(jobId) ?? null);
    }
  };
  const stopListening = await broker.listen((event) => {
    heard.push(event);
    looking ??= look().finally(() => {
      looking = undefined;
    });
  });
  return async () => {
    stopListening();
    await looking;
  };
}
