import { setTimeout as delay } from 'node:timers/promises';
import { until } from '../../support/waiting.js';
import { APIS } from '../fault-plan.js';
import type { Filter } from '../history.js';
import { createOracle, USERS } from '../posts.js';
import { SLOTS, type Stage } from '../stage.js';
import {
  codeOf,
  countBy,
  countJobs,
  holdReports,
  ownFilter,
  query,
  requestJob,
  untilAllEnded,
  type Bench,
  type Measurement,
} from './measurement.js';
import { fillDisk, onSmallDisk } from './small-disk.js';

/** What tables have of free pages takes some: a request is about 7 KB. */
const REQUESTS_AT_MOST = 20_000;
const REQUESTS_AT_A_TIME = 8;
/** So many in a row must be refused for the database to count as full. */
const REFUSALS = 100;
const TABLE_IS_FULL = 1114;
/** For which it stays full with the reports let go: jobs that run want to save their results. */
const FULL_MS = 15_000;

/** Requests, and jobs that run, while MariaDB's disk is full to the last page; then it has space again. */
export const fullDisk: Measurement = {
  what: "MariaDB's disk full: what is refused, what is accepted, what becomes of what runs",
  mariaDbThrough: onSmallDisk,
  async measure(bench) {
    const { stage, client, say } = bench;
    const connection = await stage.database.getConnection();
    const oracle = await createOracle(connection).finally(() => connection.release());
    const slots = SLOTS[0] + SLOTS[1];
    const release = holdReports(stage);
    const before = await Promise.all(Array.from({ length: 2 * slots }, () => requestJob(client)));
    await until(async () => (await countJobs(stage, ['RUNNING'])) === slots);

    const { mariadb } = stage.servers;
    const [folder] = await query<{ path: string }>(stage, 'SELECT @@datadir AS path');
    const giveBack = fillDisk(mariadb.pid() ?? 0, folder?.path ?? '');
    const asking = startAsking(bench);
    await until(() => asking.refusedInARow() >= REFUSALS, 120_000);
    say(`full: ${JSON.stringify(countBy(asking.answers))}`);
    await fillPages(stage, before);
    release();
    await delay(FULL_MS);
    const missing = await countMissing(stage, asking.accepted());
    const statusesWhileFull = countBy(
      (await query<{ status: string }>(stage, 'SELECT status FROM report_jobs')).map(({ status }) => status),
    );
    say(`after ${FULL_MS / 1000} s more: ${JSON.stringify(statusesWhileFull)}`);

    giveBack();
    const freedAt = performance.now();
    const answersWhileFull = countBy(asking.answers);
    await until(() => asking.refusedInARow() === 0);
    const acceptedAfterMs = Math.round(performance.now() - freedAt);
    await asking.stop();
    await untilAllEnded(stage);
    await query(stage, "DELETE FROM report_results WHERE ordering = 'FILLER'");
    const drainedAfterMs = Math.round(performance.now() - freedAt);

    const accepted = [...before.map((id) => ({ id, filter: undefined })), ...asking.accepted()];
    const jobs = await query<{ id: string; status: string; attempts: number }>(
      stage,
      'SELECT id, status, attempt_count AS attempts FROM report_jobs',
    );
    let wrong = 0;
    for (const { id, filter } of asking.accepted()) {
      const outcome = await client.result('api-1', id);
      const rows = outcome.phase === 'ok' ? outcome.rows : undefined;
      if (JSON.stringify(rows) !== JSON.stringify(oracle(filter))) wrong += 1;
    }
    const ends = countBy(jobs.map(({ status }) => status));
    const answers = countBy(asking.answers);
    const lost = (await countMissing(stage, accepted)) + missing;
    return {
      ok:
        lost === 0 &&
        wrong === 0 &&
        ends['SUCCEEDED'] === jobs.length &&
        statusesWhileFull['RUNNING'] === slots &&
        Object.keys(answers).every((code) => code === 'ok' || code === 'SERVICE_UNAVAILABLE'),
      figures: {
        answersWhileFull,
        lost,
        statusesWhileFull,
        acceptedAfterMs,
        drainedAfterMs,
        ends,
        wrong,
        jobsByAttempts: countBy(jobs.map(({ attempts }) => String(attempts))),
        attemptCodes: countBy(
          (
            await query<{ code: string | null }>(stage, 'SELECT error_code AS code FROM report_job_attempts')
          ).map(({ code }) => code ?? 'succeeded'),
        ),
      },
    };
  },
};

/** So that results of these jobs find no room in what their table has already. */
async function fillPages(stage: Stage, jobIds: readonly string[]): Promise<void> {
  for (const id of jobIds) {
    for (let part = 0; ; part += 1) {
      const isFull = await query(
        stage,
        `INSERT INTO report_results (job_id, epoch, ordering, part, first_row, row_count, data, expires_at)
         VALUES (?, 0, 'FILLER', ?, 0, 0, REPEAT('x', 50), UTC_TIMESTAMP(3) + INTERVAL 1 DAY)`,
        [id, part],
      ).then(
        () => false,
        (error: { errno?: number }) => {
          if (error.errno !== TABLE_IS_FULL) throw error;
          return true;
        },
      );
      if (isFull) break;
    }
  }
}

interface Accepted {
  readonly id: string;
  readonly filter: Filter;
}

/** Requests without end at both APIs, each for a report of its own. */
function startAsking({ client }: Bench) {
  const stopping = new AbortController();
  const answers: string[] = [];
  const accepted: Accepted[] = [];
  let refusedInARow = 0;
  const callers = Array.from({ length: REQUESTS_AT_A_TIME }, async (_, caller) => {
    while (!stopping.signal.aborted && answers.length < REQUESTS_AT_MOST) {
      const filter = largeFilter();
      const outcome = await client.request(APIS[caller % APIS.length] ?? 'api-1', {
        door: caller % 4 < 2 ? 'rest' : 'graphql',
        filter,
        key: null,
        maxAgeSeconds: 0,
      });
      answers.push(codeOf(outcome));
      if (outcome.phase !== 'ok') {
        refusedInARow += 1;
        await delay(20);
      } else {
        refusedInARow = 0;
        if (outcome.seen !== undefined) accepted.push({ id: outcome.seen.jobId, filter });
      }
    }
  });
  return {
    answers,
    accepted: () => [...accepted],
    refusedInARow: () => refusedInARow,
    async stop() {
      stopping.abort();
      await Promise.all(callers);
    },
  };
}

/** Of all users, and of many that there are not. */
function largeFilter(): Filter {
  return {
    ...ownFilter(),
    user_ids: Array.from({ length: 1000 }, (_, index) => (index < USERS ? index + 1 : 100_000 + index)),
  };
}

async function countMissing(stage: Stage, accepted: readonly { readonly id: string }[]): Promise<number> {
  const rows = await query<{ id: string }>(stage, 'SELECT id FROM report_jobs');
  const there = new Set(rows.map(({ id }) => id));
  return accepted.filter(({ id }) => !there.has(id)).length;
}
