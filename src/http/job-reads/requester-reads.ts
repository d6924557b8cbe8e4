import { estimateCompletion, retryAfterSeconds } from '../../jobs/estimate-completion.js';
import { isTerminal, type JobAttempt, type ReportJob } from '../../jobs/job.js';
import type { FailureOperations, JobReader, QueuePlace } from '../../jobs/ports/job-store.js';
import type { Logger } from '../../jobs/ports/logger.js';
import type { ResultPage, ResultStore } from '../../jobs/ports/result-store.js';
import type { ReportTable } from '../../reports/report-table.js';
import { batchedRead } from './batched-read.js';
import type { KnownWorkloads } from './known-workloads.js';
import type { RequesterSlots } from '../fair-semaphore.js';

type Lists = Pick<
  JobReader,
  'listJobs' | 'countJobs' | 'listFailedJobs' | 'countFailedJobs' | 'health' | 'now'
> &
  Pick<FailureOperations, 'groupFailedJobs'>;

export interface ReadStores {
  readonly store: Lists & Pick<JobReader, 'findMany' | 'findAttempts' | 'workload' | 'countAhead'>;
  readonly results: Pick<ResultStore, 'readPages'>;
  readonly logger: Logger;
}

/** Members of the answer about a job that are not in the job's row. */
export interface JobDetails {
  /** The job's place in the queue, from 1; null unless the job is QUEUED. */
  readonly queuePosition: number | null;
  readonly estimatedCompletionAt: Date | null;
  /** Seconds after which the client should ask again; undefined when the job has ended. */
  readonly retryAfter: number | undefined;
}

const NO_DETAILS: JobDetails = {
  queuePosition: null,
  estimatedCompletionAt: null,
  retryAfter: undefined,
};

/**
 * The reads of one requester, in slots that requesters share fairly. Jobs that are asked for in one turn of the event
 * loop are read by one statement. Use cases decide which jobs the requester may see.
 */
export class RequesterReads implements Lists {
  /** The job; undefined when it does not exist. */
  readonly find: (id: string) => Promise<ReportJob | undefined>;
  /** The job's attempts, sorted by number, including attempts that began after the job was read. */
  readonly attemptsOf: (job: Pick<ReportJob, 'id' | 'version'>) => Promise<readonly JobAttempt[]>;
  readonly readPage: (page: ResultPage) => Promise<ReportTable>;
  readonly #aheadOf: (place: PlaceAmong) => Promise<number>;
  readonly #stores: ReadStores;
  readonly #workloads: KnownWorkloads;
  readonly #slots: RequesterSlots;
  /** Reads that wait for a slot, by method and arguments. */
  readonly #waiting = new Map<string, Promise<unknown>>();

  constructor(stores: ReadStores, workloads: KnownWorkloads, slots: RequesterSlots) {
    const { store, results } = stores;
    this.#stores = stores;
    this.#workloads = workloads;
    this.#slots = slots;
    this.find = batchedRead(slots, {
      read: async (ids) => {
        const jobs = await store.findMany([...new Set(ids)]);
        workloads.noteEnds(jobs);
        const byId = new Map(jobs.map((job) => [job.id, job]));
        return ids.map((id) => byId.get(id));
      },
    });
    this.attemptsOf = batchedRead(slots, {
      read: async (jobs) => {
        const attempts = await store.findAttempts([...new Set(jobs.map(({ id }) => id))]);
        return jobs.map(({ id }) => attempts.get(id) ?? []);
      },
      keyOf: ({ id, version }) => `${id} ${version}`,
    });
    this.readPage = batchedRead<ResultPage, ReportTable>(slots, {
      read: (pages) => results.readPages(pages),
      keyOf: ({ result, order, offset, limit }) => `${result.id} ${order.name} ${offset} ${limit}`,
    });
    this.#aheadOf = batchedRead(slots, {
      // The last place's definitions serve all places, because the definitions of workers change only when one starts
      // or stops.
      read: (places) => store.countAhead(places, places.at(-1)?.definitions),
      keyOf: ({ id, dueAt }) => `${id} ${dueAt.getTime()}`,
    });
  }

  listJobs: Lists['listJobs'] = (query) => this.#once('listJobs', query);
  countJobs: Lists['countJobs'] = (query) => this.#once('countJobs', query);
  listFailedJobs: Lists['listFailedJobs'] = (query) => this.#once('listFailedJobs', query);
  countFailedJobs: Lists['countFailedJobs'] = (query) => this.#once('countFailedJobs', query);
  groupFailedJobs: Lists['groupFailedJobs'] = (query) => this.#once('groupFailedJobs', query);
  health: Lists['health'] = () => this.#once('health');
  now: Lists['now'] = () => this.#once('now');

  async queuePosition({ id, status, kind, dueAt }: ReportJob): Promise<number | null> {
    if (status !== 'QUEUED' || dueAt === null) return null;
    const { definitions } = await this.#workloads.of(kind);
    return 1 + (await this.#aheadOf({ id, dueAt, definitions }));
  }

  async estimatedCompletionAt(job: ReportJob): Promise<Date | null> {
    if (isTerminal(job.status)) return null;
    const [workload, position] = await Promise.all([this.#workloads.of(job.kind), this.queuePosition(job)]);
    return estimateCompletion(job, workload, position);
  }

  /** Never rejects: when the place in the queue cannot be read, the job is shown without it. */
  async detailsOf(job: ReportJob): Promise<JobDetails> {
    if (isTerminal(job.status)) return NO_DETAILS;
    try {
      const [queuePosition, estimatedCompletionAt, { now }] = await Promise.all([
        this.queuePosition(job),
        this.estimatedCompletionAt(job),
        this.#workloads.of(job.kind),
      ]);
      const retryAfter = retryAfterSeconds(estimatedCompletionAt ?? job.nextAttemptAt, now());
      return { queuePosition, estimatedCompletionAt, retryAfter };
    } catch (cause) {
      this.#stores.logger.debug(
        { jobId: job.id, err: cause },
        'no place in the queue and no estimate can be had',
      );
      return { ...NO_DETAILS, retryAfter: 2 };
    }
  }

  /**
   * Calls with equal arguments share a read that has not begun. A running read is not shared, because it may miss what
   * the caller wrote before the call.
   */
  async #once<Name extends keyof Lists>(
    name: Name,
    ...query: Parameters<Lists[Name]>
  ): Promise<Awaited<ReturnType<Lists[Name]>>> {
    type Answer = Promise<Awaited<ReturnType<Lists[Name]>>>;
    const key = `${name} ${JSON.stringify(query)}`;
    const waiting = this.#waiting.get(key) as Answer | undefined;
    if (waiting !== undefined) return await waiting;
    const read = this.#stores.store[name] as (...args: Parameters<Lists[Name]>) => Answer;
    let hasBegun = false;
    const answer = this.#slots.run(() => {
      hasBegun = true;
      this.#waiting.delete(key);
      return read(...query);
    });
    this.#waiting.set(key, answer);
    try {
      return await answer;
    } finally {
      if (!hasBegun) this.#waiting.delete(key);
    }
  }
}

interface PlaceAmong extends QueuePlace {
  /** The definitions of the jobs that count; see `Workload`. */
  readonly definitions: readonly string[] | undefined;
}
