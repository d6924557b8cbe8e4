import type { BusEvent } from './brokers/index.js';
import type { Recorder } from './history.js';
import type { ChaosStage } from './stage.js';

/**
 * Another listener on the bus, which looks into the table at once when it hears of a change: what it hears of has to be
 * there. Not for as long as the database is away.
 *
 * @returns what ends it, when what was heard has been looked for
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
