import DataLoader from 'dataloader';
import type { KindWorkload } from '../../jobs/estimate-completion.js';
import type { JobReader } from '../../jobs/ports/job-store.js';

/** Reads the workload of a kind once, and remembers it for `forMs`. Kinds that are requested in one turn of the event loop share a read. */
export function knownWorkload(
  store: Pick<JobReader, 'workload'>,
  forMs: number,
): (kind: string) => Promise<KindWorkload> {
  const knownUntil = new Map<string, number>();
  const loader = new DataLoader<string, KindWorkload>(async (kinds) => {
    try {
      const { now, durations, ...workload } = await store.workload(kinds);
      const readAt = performance.now();
      for (const kind of kinds) knownUntil.set(kind, readAt + forMs);
      return kinds.map((kind) => ({
        ...workload,
        durations: durations.get(kind) ?? [],
        now: () => new Date(now.getTime() + performance.now() - readAt),
      }));
    } catch (error) {
      for (const kind of kinds) loader.clear(kind);
      throw error;
    }
  });
  return (kind) => {
    if (performance.now() >= (knownUntil.get(kind) ?? Infinity)) {
      knownUntil.delete(kind);
      loader.clear(kind);
    }
    return loader.load(kind);
  };
}
