import { estimateCompletion } from '../../src/jobs/estimate-completion.js';
import type { ReportJob } from '../../src/jobs/job.js';
import type { RecentDuration } from '../../src/jobs/ports/job-store.js';
import type { CanonicalFilter } from '../../src/reports/canonical-filter.js';
import { QUEUED_JOB } from './queued-job.js';

const STEP_MS = 10;
const SLOTS = 2;
/** Rows that a job reads in a millisecond while no other job runs. */
const ROWS_PER_MS = 400;
/** Speed of each of two concurrent jobs, relative to a single job: both share two busy cores with everything else. */
const SHARE_OF_TWO = 0.62;
/** Milliseconds from the claim to the first row. */
const START_MS = 30;
/** Milliseconds from the last row to the end. */
const SAVE_MS = 25;
/** Interval at which a report's thread reports its number of rows to the worker. */
const REPORT_MS = 20;
/** The worker writes the number of rows at each heartbeat, and each time when a job's age has doubled. */
const HEARTBEAT_MS = 1000;
const FIRST_PROGRESS_MS = 100;

/** What a reader of a job sees at one moment. */
export interface Sample {
  readonly at: number;
  /** Milliseconds until the estimated end; null without an estimate. */
  readonly leftMs: number | null;
  readonly hasProgress: boolean;
}

export interface SimulatedJob {
  readonly requestedAt: number;
  readonly claimedAt: number;
  readonly endedAt: number;
  /** A sample at the request, and then a sample every 10 ms while the job ran. */
  readonly samples: readonly Sample[];
}

interface Wanted {
  readonly rows: number;
  readonly filter: CanonicalFilter;
  /** The number of rows that the database's optimizer estimates. */
  readonly estimatedRows: number;
}

interface Run {
  readonly wanted: Wanted;
  readonly slowness: number;
  readonly phase: number;
  readonly samples: Sample[];
  readonly requestedAt: number;
  claimedAt: number | null;
  startedRows: number;
  reported: number;
  written: { rows: number; at: number } | null;
  writeAtAge: number;
  leftToSaveMs: number;
}

/** A simulated queue with two slots and a clock of its own. Equal seeds give equal runs. */
export class SimulatedQueue {
  readonly #random: () => number;
  #now = Date.parse('2026-01-01T00:00:00Z');
  #durations: RecentDuration[] = [];

  constructor(seed: number) {
    this.#random = seededRandom(seed);
  }

  forget(): void {
    this.#durations = [];
  }

  /** Requests several jobs at once, and simulates them until all have ended. */
  run(...wanted: readonly Wanted[]): readonly SimulatedJob[] {
    const runs = wanted.map((one): Run => ({
      wanted: one,
      slowness: 1 + 0.08 * this.#normal(),
      phase: this.#random() * 2 * Math.PI,
      samples: [],
      requestedAt: this.#now,
      claimedAt: null,
      startedRows: 0,
      reported: 0,
      written: null,
      writeAtAge: FIRST_PROGRESS_MS,
      leftToSaveMs: SAVE_MS * (1 + 0.2 * this.#normal()),
    }));
    const ended: SimulatedJob[] = [];
    let waiting = runs;
    let running: Run[] = [];
    for (const [index, run] of runs.entries()) {
      // Free slots claim jobs at once, so the first jobs run when a later job is requested.
      const claimed = runs.slice(0, Math.min(index, SLOTS)).map((one) => ({ ...one, claimedAt: this.#now }));
      this.#look(run, { position: index + 1 - claimed.length, running: claimed });
    }
    while (waiting.length + running.length > 0) {
      const claimed = waiting.slice(0, SLOTS - running.length);
      for (const run of claimed) run.claimedAt = this.#now;
      waiting = waiting.slice(claimed.length);
      running = [...running, ...claimed];
      this.#now += STEP_MS;
      for (const run of running) this.#work(run, running.length);
      for (const run of running.filter(isOver)) ended.push(this.#end(run));
      running = running.filter((run) => !isOver(run));
      for (const run of running) this.#look(run, { position: null, running });
    }
    return ended;
  }

  #work(run: Run, running: number): void {
    const { wanted, claimedAt, slowness, phase } = run;
    const ranMs = this.#now - (claimedAt ?? 0);
    if (ranMs > START_MS * slowness && run.startedRows < wanted.rows) {
      const wobble = 1 + 0.1 * Math.sin(phase + ranMs / 900);
      const share = running > 1 ? SHARE_OF_TWO : 1;
      run.startedRows = Math.min(
        wanted.rows,
        run.startedRows + (STEP_MS * ROWS_PER_MS * share * wobble) / slowness,
      );
    } else if (run.startedRows >= wanted.rows) run.leftToSaveMs -= STEP_MS;
    if (this.#now % REPORT_MS === 0) run.reported = Math.round(run.startedRows);
    // A heartbeat writes the progress of all jobs at the same moment, whenever they were claimed.
    if (this.#now % HEARTBEAT_MS === 0 || (run.reported > 0 && ranMs >= run.writeAtAge)) {
      run.written = { rows: run.reported, at: this.#now };
      if (ranMs >= run.writeAtAge) run.writeAtAge = 2 * ranMs;
    }
  }

  #end(run: Run): SimulatedJob {
    const { wanted, samples, requestedAt } = run;
    const claimedAt = run.claimedAt ?? requestedAt;
    const ranMs = this.#now - claimedAt;
    this.#durations = [{ ranMs, rows: wanted.rows, filter: wanted.filter }, ...this.#durations].slice(0, 60);
    return { requestedAt, claimedAt, endedAt: this.#now, samples };
  }

  #look(
    { wanted, claimedAt, written, samples }: Run,
    queue: { position: number | null; running: readonly Run[] },
  ): void {
    const rows = written?.rows ?? 0;
    const job: ReportJob = {
      ...QUEUED_JOB,
      status: claimedAt === null ? 'QUEUED' : 'RUNNING',
      filter: wanted.filter,
      claimedAt: claimedAt === null ? null : new Date(claimedAt),
      heartbeatAt: claimedAt === null ? null : new Date(written?.at ?? claimedAt),
      progress: {
        processedRows: rows,
        totalRows: written === null ? null : Math.max(rows, wanted.estimatedRows),
        percent: null,
      },
    };
    const workload = {
      now: () => new Date(this.#now),
      slots: SLOTS,
      running: queue.running.map(({ claimedAt, written, wanted: { estimatedRows } }) => ({
        claimedAt: new Date(claimedAt ?? 0),
        heartbeatAt: new Date(written?.at ?? claimedAt ?? 0),
        percent: written === null ? null : Math.min(99, (written.rows * 100) / estimatedRows),
      })),
      definitions: undefined,
      durations: this.#durations,
    };
    const estimate = estimateCompletion(job, workload, queue.position);
    samples.push({
      at: this.#now,
      leftMs: estimate === null ? null : estimate.getTime() - this.#now,
      hasProgress: rows > 0,
    });
  }

  /** A random number of approximately the standard normal distribution. */
  #normal(): number {
    return Array.from({ length: 12 }, () => this.#random()).reduce((sum, value) => sum + value, -6);
  }
}

function isOver({ leftToSaveMs }: Run): boolean {
  return leftToSaveMs <= 0;
}

/** Park and Miller's generator of random numbers. */
function seededRandom(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
}
