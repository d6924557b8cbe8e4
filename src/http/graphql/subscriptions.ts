import { NotFoundError } from '../../reports/errors.js';
import { isTerminal, type ReportJob } from '../../jobs/job.js';
import type { Resolvers } from './schema-types.js';

export const subscriptionResolvers = {
  Subscription: {
    reportCompleted: {
      subscribe: async (_root, { jobId }, { services: { watcher }, requester, operation }) =>
        jobId === null || jobId === undefined
          ? new JobStates(await watcher.watchEnds(requester, { onOverflow: () => operation.cut() }))
          : new JobStates(watcher.watchJob(requester, jobId, { onOverflow: () => operation.cut() }), (job) =>
              isTerminal(job.status),
            ),
      resolve: stateOf,
    },
    jobUpdated: {
      subscribe: (_root, { id }, { services: { watcher }, requester, operation }) =>
        new JobStates(watcher.watchJob(requester, id, { onOverflow: () => operation.cut() })),
      resolve: stateOf,
    },
  },
} satisfies Resolvers;

/** An event of a subscription: a job, or the error for a job that does not exist. */
type JobState = ReportJob | NotFoundError;

/**
 * Throws an event's error from the resolver, so that a subscription to an unknown id gets one result with the error,
 * then `complete`. An error of the stream would cut the connection.
 */
function stateOf(state: unknown): ReportJob {
  if (state instanceof NotFoundError) throw state;
  return state as ReportJob;
}

/**
 * The jobs of a watcher as events. Not an async generator, because its `return()` waits for the pending `next()`: after
 * the connection closed, the observer would stay registered until the next change of its job.
 */
class JobStates implements AsyncIterableIterator<JobState> {
  readonly #states: AsyncIterableIterator<ReportJob>;
  readonly #isWanted: (job: ReportJob) => boolean;

  constructor(states: AsyncIterableIterator<ReportJob>, isWanted: (job: ReportJob) => boolean = () => true) {
    this.#states = states;
    this.#isWanted = isWanted;
  }

  async next(): Promise<IteratorResult<JobState>> {
    try {
      for (;;) {
        const state = await this.#states.next();
        if (state.done === true || this.#isWanted(state.value)) return state;
      }
    } catch (error) {
      if (error instanceof NotFoundError) return { done: false, value: error };
      throw error;
    }
  }

  async return(): Promise<IteratorResult<JobState>> {
    await this.#states.return?.();
    return { done: true, value: undefined };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}
