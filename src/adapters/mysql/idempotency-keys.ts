import type { Knex } from 'knex';
import type { RequestWithKey } from './identified-request.js';
import { KEYS } from './job-row.js';
import type { Session } from './session.js';

const NOW = 'UTC_TIMESTAMP(3)';
/** A key that is older is free again, even before the sweeper deletes it. */
export const KEY_LIFETIME_HOURS = 24;

/**
 * Inserts the key of each request, for the request's own job. An existing key is overwritten if it is older than
 * KEY_LIFETIME_HOURS; otherwise it stays as it is. The statement locks the rows exclusively, in the order of the keys,
 * so that transactions with equal keys wait for each other instead of deadlocking. `created_at` is assigned last,
 * because in MySQL an assignment sees the new values of the columns to its left.
 */
export function insertKeys(knex: Knex, requests: readonly RequestWithKey[]) {
  const isOld = `created_at <= ${NOW} - INTERVAL ${KEY_LIFETIME_HOURS} HOUR`;
  const sorted = [...requests].sort((a, b) =>
    keyIdentity(a.requestedBy, a.idempotencyKey) < keyIdentity(b.requestedBy, b.idempotencyKey) ? -1 : 1,
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

/** Reads, for each request whose key exists, the key's job and the filter hash of the first request with the key. */
export async function readKeys(knex: Knex, session: Session, requests: readonly RequestWithKey[]) {
  const query = knex(KEYS).select('requested_by', 'key', 'filter_hash', 'job_id');
  for (const { requestedBy, idempotencyKey } of requests)
    void query.orWhere({ requested_by: requestedBy, key: idempotencyKey });
  const rows = await session.rows<KeyRow>(query);
  const byKey = new Map(rows.map((row) => [keyIdentity(row.requested_by, row.key), row]));
  return requests.flatMap((request) => {
    const row = byKey.get(keyIdentity(request.requestedBy, request.idempotencyKey));
    return row === undefined ? [] : [{ request, filterHash: row.filter_hash, jobId: row.job_id }];
  });
}

/** Assigns the key to the job `jobId`. Later requests with the key get this job. */
export function assignKey(knex: Knex, { requestedBy, idempotencyKey }: RequestWithKey, jobId: string) {
  return knex(KEYS).where({ requested_by: requestedBy, key: idempotencyKey }).update({ job_id: jobId });
}

export function deleteKey(knex: Knex, { requestedBy, idempotencyKey }: RequestWithKey) {
  return knex(KEYS).where({ requested_by: requestedBy, key: idempotencyKey }).delete();
}

/**
 * Returns a text that identifies a key. Two keys have equal texts when the table treats the keys as equal: the table's
 * collation ignores spaces at the end of the requester's name.
 */
export function keyIdentity(requestedBy: string, key: string): string {
  return `${requestedBy.replace(/ +$/, '')}\n${key}`;
}
