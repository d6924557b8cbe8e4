import type { BusEvent } from './brokers/index.js';
import type { Recorder } from './history.js';
import type { ChaosStage } from './stage.js';

/**
 * Another listener on the bus. It reads the table as soon as it gets an event, because the change must be there. Not
 * while the database is away.
 *
 * @returns a function that stops it, after the last events were checked
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
