import { NotFoundError } from '../../reports/errors.js';
import { isTerminal, type ReportJob } from '../../jobs/job.js';
import type { Resolvers } from './schema-types.js';

export const subscriptionResolvers = {
  Subscription: {
    reportCompleted: {
      subscribe: async (_root, { jobId }, { services: { watcher }, requester, cut: onOverflow }) =>
        jobId === null || jobId === undefined
          ? new JobNews(await watcher.watchEnds(requester, { onOverflow }))
          : new JobNews(watcher.watchJob(requester, jobId, { onOverflow }), (job) => isTerminal(job.status)),
      resolve: toJob,
    },
    jobUpdated: {
      subscribe: (_root, { id }, { services: { watcher }, requester, cut: onOverflow }) =>
        new JobNews(watcher.watchJob(requester, id, { onOverflow })),
      resolve: toJob,
    },
  },
} satisfies Resolvers;

/** What a subscription is told: a job, or that there is none. */
type News = ReportJob | NotFoundError;

/** Resolving an event, not the stream, is what turns an unknown id into one error followed by `complete`. */
function toJob(news: unknown): ReportJob {
  if (news instanceof NotFoundError) throw news;
  return news as ReportJob;
}

/**
 * A watcher's states as news. Not an async generator, since the `return()` of one waits for the `next()` that is
 * under way: a client that went away would be kept until the next change of its job.
 */
class JobNews implements AsyncIterableIterator<News> {
  readonly #states: AsyncIterableIterator<ReportJob>;
  readonly #isNews: (job: ReportJob) => boolean;

  constructor(states: AsyncIterableIterator<ReportJob>, isNews: (job: ReportJob) => boolean = () => true) {
    this.#states = states;
    this.#isNews = isNews;
  }

  async next(): Promise<IteratorResult<News>> {
    try {
      for (;;) {
        const state = await this.#states.next();
        if (state.done === true || this.#isNews(state.value)) return state;
      }
    } catch (error) {
      if (error instanceof NotFoundError) return { done: false, value: error };
      throw error;
    }
  }

  async return(): Promise<IteratorResult<News>> {
    await this.#states.return?.();
    return { done: true, value: undefined };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}
