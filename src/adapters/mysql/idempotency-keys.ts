import type { Knex } from 'knex';
import type { JobRequest } from '../../jobs/ports/job-store.js';
import { KEYS } from './job-row.js';
import type { Session } from './session.js';

const NOW = 'UTC_TIMESTAMP(3)';
/** After it a key is free again, whether the sweeper has come by or not. */
export const KEY_LIFETIME_HOURS = 24;

/** A request that came with an idempotency key. */
interface RequestWithKey extends Pick<JobRequest, 'id' | 'requestedBy'> {
  readonly idempotencyKey: string;
  readonly filterHash: string;
}

/**
 * One statement inserts, or takes over what is too old; it locks the rows exclusively and in their order, so that
 * requests with the same keys line up instead of deadlocking. `created_at` is assigned last: MySQL sees what stands
 * further left.
 */
export function takeKeys(knex: Knex, group: readonly RequestWithKey[]) {
  const isOld = `created_at <= ${NOW} - INTERVAL ${KEY_LIFETIME_HOURS} HOUR`;
  const sorted = [...group].sort((a, b) =>
    placeOf(a.requestedBy, a.idempotencyKey) < placeOf(b.requestedBy, b.idempotencyKey) ? -1 : 1,
  );
  return knex.raw(
    `INSERT INTO ${KEYS} (requested_by, \`key\`, filter_hash, job_id, created_at)
     VALUES ${sorted.map(() => `(?, ?, ?, ?, ${NOW})`).join()}
     ON DUPLICATE KEY UPDATE
       filter_hash = IF(${isOld}, VALUES(filter_hash), filter_hash),
       job_id = IF(${isOld}, VALUES(job_id), job_id),
       created_at = IF(${isOld}, VALUES(created_at), created_at)`,
    sorted.flatMap(({ requestedBy, idempotencyKey, filterHash, id }) => [
      ...[requestedBy, idempotencyKey, filterHash, id],
    ]),
  );
}

interface KeyRow {
  readonly requested_by: string;
  readonly key: string;
  readonly filter_hash: string;
  readonly job_id: string;
}

/** Of each request whose key is there: which job the key stands for, and which filter it came with. */
export async function readKeys<Asked extends RequestWithKey>(
  knex: Knex,
  session: Session,
  group: readonly Asked[],
) {
  const query = knex(KEYS).select('requested_by', 'key', 'filter_hash', 'job_id');
  for (const { requestedBy, idempotencyKey } of group)
    void query.orWhere({ requested_by: requestedBy, key: idempotencyKey });
  const rows = await session.rows<KeyRow>(query);
  const holders = new Map(rows.map((row) => [placeOf(row.requested_by, row.key), row]));
  return group.flatMap((asked) => {
    const row = holders.get(placeOf(asked.requestedBy, asked.idempotencyKey));
    return row === undefined ? [] : [{ asked, filterHash: row.filter_hash, jobId: row.job_id }];
  });
}

/** From now on the key stands for that job. */
export function pointKey(knex: Knex, { requestedBy, idempotencyKey }: RequestWithKey, jobId: string) {
  return knex(KEYS).where({ requested_by: requestedBy, key: idempotencyKey }).update({ job_id: jobId });
}

/** The key is free again. */
export function dropKey(knex: Knex, { requestedBy, idempotencyKey }: RequestWithKey) {
  return knex(KEYS).where({ requested_by: requestedBy, key: idempotencyKey }).delete();
}

/** Of a key in its table. The column's collation ignores spaces at the end of a name. */
export function placeOf(requestedBy: string, key: string): string {
  return `${requestedBy.replace(/ +$/, '')}\n${key}`;
}
