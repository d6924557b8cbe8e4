import { LEASE_SECONDS } from '../../jobs/ports/job-store.js';
import { WORKERS } from './job-row.js';
import type { Database } from './database.js';
import type { Session } from './session.js';

/** How long the result of the query is reused. Workers write their definitions once a second. */
const REMEMBERED_MS = 1000;

/** Reads the fingerprints of the report definitions that live workers know. Undefined while no worker is live. */
export type LivingDefinitions = (session: Session) => Promise<readonly string[] | undefined>;

export function livingDefinitions({ knex }: Pick<Database, 'knex'>): LivingDefinitions {
  let remembered: readonly string[] | undefined;
  let until = 0;
  return async (session) => {
    if (performance.now() >= until) {
      remembered = await read(session);
      until = performance.now() + REMEMBERED_MS;
    }
    return remembered;
  };

  async function read(session: Session): Promise<readonly string[] | undefined> {
    const workers = await session.rows<{ readonly definitions: string | null }>(
      knex(WORKERS)
        .select('definitions')
        .whereRaw('seen_at > UTC_TIMESTAMP(3) - INTERVAL ? SECOND', [LEASE_SECONDS]),
    );
    return distinctDefinitions(workers);
  }
}

/** Undefined when there are no workers. */
export function distinctDefinitions(
  workers: readonly { readonly definitions: string | null }[],
): readonly string[] | undefined {
  if (workers.length === 0) return undefined;
  const all = workers.flatMap(({ definitions }) => definitions?.split(',').filter(Boolean) ?? []);
  return [...new Set(all)].sort();
}
