import { describe, expect, test } from '@jest/globals';
import { check } from './checker.js';
import type { Evidence } from './evidence.js';
import type { Filter, HistoryEvent, Operation, Outcome, Seen, Status } from './history.js';
import type { AttemptRow, JobRow } from './tables.js';

describe('the checker', () => {
  test('finds nothing in a run that kept the promises', () => {
    expect(rulesBroken(evidence())).toEqual([]);
  });

  const breaches: readonly [rule: string, what: string, damage: (good: Good) => void][] = [
    [
      'an accepted job is in the table',
      'a lost job',
      (good) => (good.jobs = good.jobs.filter(({ id }) => id !== 'A')),
    ],
    [
      'every job has an end',
      'a job that is still RUNNING',
      ({ jobs }) => change(jobs, 'A', { status: 'RUNNING' }),
    ],
    [
      'an ended job waits for nothing',
      'a lease on an ended job',
      ({ jobs }) => change(jobs, 'A', { leaseUntil: 9 }),
    ],
    [
      'an ended job waits for nothing',
      'an ended job that others join',
      ({ jobs }) => change(jobs, 'A', { isCoalescing: true }),
    ],
    [
      'what was seen is what became of it',
      'an end that was taken back',
      (good) =>
        good.call(500, { action: 'show', jobId: 'A' }, { phase: 'ok', seen: seen('A', 'SUCCEEDED', 9) }),
    ],
    [
      'only legal transitions',
      'a second end',
      (good) => {
        good.call(500, { action: 'show', jobId: 'A' }, { phase: 'ok', seen: seen('A', 'FAILED', 4) });
        change(good.jobs, 'A', { version: 5 });
      },
    ],
    [
      'only legal transitions',
      'two states of one version',
      (good) =>
        good.call(500, { action: 'show', jobId: 'A' }, { phase: 'ok', seen: seen('A', 'RETRYING', 2) }),
    ],
    [
      'attempts are numbered, closed and counted',
      'an attempt that is missing',
      (good) => (good.attempts = good.attempts.filter(({ jobId, number }) => jobId !== 'F' || number !== 2)),
    ],
    [
      'attempts are numbered, closed and counted',
      'an attempt left open',
      ({ attempts }) => changeAttempt(attempts, 'F', 1, { endedAt: null }),
    ],
    [
      'attempts are numbered, closed and counted',
      'an attempt too many',
      ({ jobs }) => change(jobs, 'F', { maxAttempts: 2 }),
    ],
    [
      'the last attempt explains the status',
      'success after a failed attempt',
      ({ attempts }) => changeAttempt(attempts, 'A', 1, { errorCode: 'TIMEOUT' }),
    ],
    [
      'the last attempt explains the status',
      'a failure that one attempt did not share',
      ({ attempts }) => changeAttempt(attempts, 'F', 2, { errorCode: null }),
    ],
    [
      'the last attempt explains the status',
      'giving up early',
      ({ jobs }) => change(jobs, 'F', { maxAttempts: 6 }),
    ],
    [
      'one attempt at a time',
      'two workers with one job',
      ({ attempts }) => changeAttempt(attempts, 'F', 2, { startedAt: 1005 }),
    ],
    [
      'a worker keeps to its slots',
      'three attempts in two slots',
      ({ attempts }) => {
        for (const job of ['A', 'F', 'G'])
          changeAttempt(attempts, job, 1, { worker: 'w', startedAt: 1001, endedAt: 1002 });
      },
    ],
    [
      'a retry waits as long as it should',
      'a retry without a pause',
      ({ attempts }) => changeAttempt(attempts, 'F', 2, { startedAt: 1020 }),
    ],
    [
      'a lease runs out only where something was disturbed',
      'a worker robbed of its job',
      ({ attempts, jobs }) => {
        changeAttempt(attempts, 'F', 3, { errorCode: 'WORKER_LOST' });
        change(jobs, 'F', { errorCode: 'WORKER_LOST' });
      },
    ],
    [
      'a worker that was killed is noticed in time',
      'jobs that wait for 8 s',
      ({ attempts, history }) => {
        history.push({
          at: 1500,
          type: 'exit',
          process: 'worker-1',
          pid: 77,
          code: null,
          signal: 'SIGKILL',
          wanted: true,
        });
        for (let number = 2; number < 30; number += 1)
          attempts.push({
            ...attempt('G', number, 'WORKER_LOST'),
            worker: 'host:77:1',
            startedAt: 1400,
            endedAt: 9500,
          });
      },
    ],
    ['one result, of the last attempt', 'two results', (good) => good.results.push({ jobId: 'A', epoch: 2 })],
    [
      'one result, of the last attempt',
      'a result of a failed job',
      (good) => good.results.push({ jobId: 'F', epoch: 3 }),
    ],
    [
      'one result, of the last attempt',
      'success without a result',
      (good) => (good.results = good.results.filter(({ jobId }) => jobId !== 'A')),
    ],
    [
      'results equal the oracle',
      'a wrong sum',
      (good) => good.call(500, { action: 'result', jobId: 'A' }, { phase: 'ok', rows: [[1, 6]] }),
    ],
    ['results equal the oracle', 'a wrong total', ({ jobs }) => change(jobs, 'A', { totalWords: 6 })],
    [
      'every observer gets the end once',
      'one that waits for ever',
      (good) => good.watch('A', [seen('A', 'RUNNING', 2)], 'no end'),
    ],
    [
      'every observer gets the end once',
      'one that gets it twice',
      (good) => good.watch('A', [seen('A', 'SUCCEEDED', 3), seen('A', 'SUCCEEDED', 3)]),
    ],
    [
      'every observer gets the end once',
      'one that gets an older state',
      (good) => good.watch('A', [seen('A', 'RUNNING', 2), seen('A', 'QUEUED', 1), seen('A', 'SUCCEEDED', 3)]),
    ],
    [
      'observers are notified at once when nothing disturbs',
      'those that are notified by the poll only',
      (good) => {
        for (let watch = 0; watch < 30; watch += 1) good.watch('A', [seen('A', 'SUCCEEDED', 3)], 'end', 2500);
      },
    ],
    [
      'jobs start at once when nothing disturbs',
      'those that wait for the safety look',
      (good) => {
        for (let job = 0; job < 30; job += 1) {
          good.jobs.push({
            ...jobRow('B', 'CANCELED'),
            id: `B${job}`,
            startedAt: 6000,
            filterHash: `B${job}`,
          });
          good.call(500, { action: 'cancel', jobId: `B${job}` }, { phase: 'ok' });
        }
      },
    ],
    [
      'a key stands for one job',
      'a second job of a key',
      (good) => good.call(500, requested('key-A'), { phase: 'ok', seen: seen('G', 'QUEUED', 1) }),
    ],
    ['a key stands for one job', 'a key that was forgotten', (good) => (good.keys = [])],
    ['one open job of a filter', 'two at a time', ({ jobs }) => change(jobs, 'G', { filterHash: 'A' })],
    [
      'a cancel that was confirmed holds',
      'one that went on',
      (good) =>
        good.call(500, { action: 'cancel', jobId: 'A' }, { phase: 'ok', seen: seen('A', 'CANCELED', 3) }),
    ],
    [
      'a cancel that was confirmed holds',
      'one that was not wanted',
      (good) =>
        (good.history = good.history.filter((event) => event.type !== 'invoke' || event.action !== 'cancel')),
    ],
    [
      'a failed job is retried once',
      'two retries of one failure',
      (good) => {
        good.call(500, { action: 'retry', jobId: 'F' }, { phase: 'ok' });
        good.call(500, { action: 'retry', jobId: 'F' }, { phase: 'ok' });
      },
    ],
    [
      'a failed job is retried once',
      'a run that was not asked for',
      ({ jobs }) => change(jobs, 'F', { maxAttempts: 6 }),
    ],
    [
      'observers are notified by the poll while only the broker is away',
      'ends that are published after 4 s',
      (good) => {
        good.history.unshift({ at: 900, type: 'fault', name: '0.1 s  kill broker', phase: 'begin' });
        for (let watch = 0; watch < 25; watch += 1) good.watch('A', [seen('A', 'SUCCEEDED', 3)], 'end', 4000);
      },
    ],
    [
      'requests are accepted at once while only the broker is away',
      'refusals for want of the broker',
      (good) => {
        good.history.unshift({ at: 900, type: 'fault', name: '0.1 s  kill broker', phase: 'begin' });
        good.call(1500, requested(null), UNAVAILABLE);
      },
    ],
    [
      'requests are accepted at once while only the broker is away',
      'answers that wait for the broker',
      (good) => {
        good.history.unshift({ at: 900, type: 'fault', name: '0.1 s  flushall', phase: 'begin' });
        for (let request = 0; request < 25; request += 1)
          good.call(1500, requested(null), { phase: 'ok', seen: seen('A', 'QUEUED', 1) }, 900);
      },
    ],
    [
      'refusals are those of the contract',
      'an error of the inside',
      (good) =>
        good.call(500, requested(null), {
          phase: 'fail',
          httpStatus: 500,
          code: 'INTERNAL',
          retryAfter: false,
        }),
    ],
    [
      'refusals are those of the contract',
      'a 503 that does not say when',
      (good) =>
        good.call(500, requested(null), {
          phase: 'fail',
          httpStatus: 503,
          code: 'SERVICE_UNAVAILABLE',
          retryAfter: false,
        }),
    ],
    [
      'processes stay',
      'one that ended by itself',
      ({ history }) =>
        history.push({ at: 1, type: 'exit', process: 'api-1', pid: 1, code: 1, signal: null, wanted: false }),
    ],
    [
      "the queue's own counts are true",
      'a failure counted as a success',
      ({ queue }) => queue.succeeded.add('F-1'),
    ],
    [
      'what is published is in the table',
      'an event that came before its COMMIT',
      ({ history }) => history.push({ at: 1010, type: 'announced', jobId: 'A', version: 3, inTable: 2 }),
    ],
    [
      'what is published is in the table',
      'a bus on which nothing is heard',
      (good) => (good.history = good.history.filter(({ type }) => type !== 'announced')),
    ],
    [
      'attempts come by message when nothing disturbs',
      'an attempt without a message, in spite of lost scripts',
      ({ queue, history }) => {
        queue.succeeded.delete('A-1');
        history.push({ at: 990, type: 'fault', name: 'script-flush', phase: 'begin' });
      },
    ],
    [
      'metrics equal the tables',
      'a failure that is not counted',
      ({ metrics }) => metrics.set('posts_report_jobs{status="FAILED"}', 0),
    ],
  ];

  test.each(breaches)('%s: notices %s', (rule, _, damage) => {
    expect(rulesBroken(evidence(damage))).toContain(rule);
  });

  test('an INSERT may begin before the end of the open job of its filter, and come after it', () => {
    const found = rulesBroken(
      evidence(({ jobs }) => {
        change(jobs, 'A', { completedAt: 993 });
        change(jobs, 'G', { filterHash: 'A', createdAt: 992 }); // a client first saw job G at 995
      }),
    );
    expect(found).toEqual([]);
  });

  test('requests may be refused while the database is disturbed as well', () => {
    const found = rulesBroken(
      evidence((good) => {
        for (const name of ['0.1 s  kill broker', '0.2 s  kill mariadb'])
          good.history.unshift({ at: 900, type: 'fault', name, phase: 'begin' });
        for (let request = 0; request < 25; request += 1) good.call(1500, requested(null), UNAVAILABLE);
      }),
    );
    expect(found).toEqual([]);
  });

  test('a lease may run out after a worker was killed', () => {
    const found = rulesBroken(
      evidence((good) => {
        changeAttempt(good.attempts, 'F', 3, { errorCode: 'WORKER_LOST' });
        change(good.jobs, 'F', { errorCode: 'WORKER_LOST' });
        good.history.push({
          at: 1600,
          type: 'exit',
          process: 'worker-1',
          pid: 1,
          code: null,
          signal: 'SIGKILL',
          wanted: true,
        });
      }),
    );
    expect(found).toEqual([]);
  });
});

function rulesBroken(given: Evidence): string[] {
  return [...new Set(check(given).map(({ rule }) => rule))];
}

/** A run in which job A succeeded, F failed after three attempts, and G was canceled while it ran. */
class Good {
  history: HistoryEvent[] = [];
  jobs: JobRow[] = [jobRow('A', 'SUCCEEDED'), jobRow('F', 'FAILED'), jobRow('G', 'CANCELED')];
  attempts: AttemptRow[] = [
    attempt('A', 1, null),
    attempt('F', 1, 'TIMEOUT'),
    attempt('F', 2, 'TIMEOUT'),
    attempt('F', 3, 'TIMEOUT'),
    attempt('G', 1, 'CANCELED'),
  ];
  results = [{ jobId: 'A', epoch: 1 }];
  keys = [{ key: 'key-A', jobId: 'A' }];
  queue = { succeeded: new Set(['A-1', 'G-1']), failed: new Set(['F-1', 'F-2', 'F-3']), remembers: 1000 };
  metrics = new Map([
    ['posts_report_jobs{status="QUEUED"}', 0],
    ['posts_report_jobs{status="RUNNING"}', 0],
    ['posts_report_jobs{status="RETRYING"}', 0],
    ['posts_report_jobs{status="FAILED"}', 1],
    ['posts_report_workers', 2],
    ['posts_report_mysql_up', 1],
    ['posts_report_broker_up', 1],
  ]);
  #id = 0;

  constructor() {
    this.call(990, requested('key-A'), { phase: 'ok', seen: seen('A', 'QUEUED', 1), filter: FILTER });
    this.call(990, requested(null), { phase: 'ok', seen: seen('F', 'QUEUED', 1), filter: FILTER });
    this.call(990, requested(null), { phase: 'ok', seen: seen('G', 'QUEUED', 1), filter: FILTER });
    this.history.push({ at: 1010, type: 'announced', jobId: 'A', version: 3, inTable: 3 });
    this.watch('A', [seen('A', 'QUEUED', 1), seen('A', 'RUNNING', 2), seen('A', 'SUCCEEDED', 3)]);
    this.call(1000, { action: 'cancel', jobId: 'G' }, { phase: 'ok', seen: seen('G', 'CANCELED', 3) });
    this.call(5000, { action: 'result', jobId: 'A' }, { phase: 'ok', rows: [[1, 5]] });
  }

  call(at: number, operation: Operation, outcome: Outcome, tookMs = 5): void {
    this.#id += 1;
    this.history.push({ at, type: 'invoke', id: this.#id, ...operation });
    this.history.push({ at: at + tookMs, type: 'return', id: this.#id, ...outcome });
  }

  watch(jobId: string, notified: readonly Seen[], end: 'end' | 'no end' = 'end', lateMs = 10): void {
    this.#id += 1;
    const id = this.#id;
    this.history.push({ at: 995, type: 'invoke', id, action: 'watch', jobId });
    for (const one of notified)
      this.history.push({ at: 1010 + lateMs, type: 'notified', id, connection: 1, seen: one });
    if (end === 'end') this.history.push({ at: 1010 + lateMs, type: 'return', id, phase: 'ok' });
  }
}

const UNAVAILABLE: Outcome = {
  phase: 'fail',
  httpStatus: 503,
  code: 'SERVICE_UNAVAILABLE',
  retryAfter: true,
};

const FILTER: Filter = { user_ids: [1] };

function evidence(damage: (good: Good) => void = () => {}): Evidence {
  const good = new Good();
  damage(good);
  const { history, jobs, attempts, results, keys, queue, metrics } = good;
  return {
    history,
    tables: { jobs, attempts, results, keys },
    oracle: () => [[1, 5]],
    queue,
    metrics: [metrics],
    settings: { maxAttempts: 3, retryBaseMs: 200, workers: 2, slots: 2 },
  };
}

function jobRow(id: string, status: Status): JobRow {
  const attempts = status === 'FAILED' ? 3 : id === 'B' ? 0 : 1;
  return {
    id,
    status,
    version: status === 'FAILED' ? 7 : 3,
    epoch: attempts,
    filterHash: id,
    isCoalescing: false,
    attemptCount: attempts,
    maxAttempts: 3,
    errorCode: status === 'FAILED' ? 'TIMEOUT' : null,
    createdAt: 992,
    dueAt: null,
    leaseUntil: null,
    startedAt: 1000,
    completedAt: status === 'FAILED' ? 3010 : 1010,
    totalUsers: status === 'SUCCEEDED' ? 1 : null,
    totalWords: status === 'SUCCEEDED' ? 5 : null,
  };
}

/** Attempt 1 starts after 1 s, attempt 2 after 2 s, and so on. Each takes 10 ms. */
function attempt(jobId: string, number: number, errorCode: string | null): AttemptRow {
  const startedAt = number * 1000;
  return { jobId, number, worker: `worker of ${jobId}`, startedAt, endedAt: startedAt + 10, errorCode };
}

function seen(jobId: string, status: Status, version: number): Seen {
  return { jobId, status, version };
}

function requested(key: string | null): Operation {
  return { action: 'request', protocol: 'rest', filter: FILTER, key, maxAgeSeconds: 0 };
}

function change(jobs: JobRow[], id: string, to: Partial<JobRow>): void {
  for (const [index, job] of jobs.entries()) if (job.id === id) jobs[index] = { ...job, ...to };
}

function changeAttempt(attempts: AttemptRow[], jobId: string, number: number, to: Partial<AttemptRow>): void {
  for (const [index, one] of attempts.entries()) {
    if (one.jobId === jobId && one.number === number) attempts[index] = { ...one, ...to };
  }
}
