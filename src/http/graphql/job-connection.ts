import { checkedLimit, type JobList } from '../../jobs/find-jobs.js';
import { decodeCursor, encodeCursor } from '../../jobs/job-cursor.js';
import type { ReportJob } from '../../jobs/job.js';
import type { PageQuery } from '../../jobs/ports/job-store.js';
import type { Page } from './connection.js';

/** A list of jobs. An operation reads only the parts that it selects, and each of them once. */
export interface JobConnection {
  page(): Promise<Page<ReportJob>>;
  count(): Promise<number>;
}

interface ListOptions {
  /** Part of the cursors. */
  readonly name: string;
  readonly first: number;
  readonly after?: string | null | undefined;
  /** The time by which the list is sorted. */
  readonly at: (job: ReportJob) => Date;
}

/** @throws BadInputError on a bad `first` or a foreign `after` */
export function jobConnection(
  { name, first, after, at }: ListOptions,
  select: (page: PageQuery) => JobList,
): JobConnection {
  const list = select({
    limit: checkedLimit(['first'], first),
    after: decodeCursor(name, ['after'], after),
  });
  let page: Promise<Page<ReportJob>> | undefined;
  let count: Promise<number> | undefined;
  const read = async (): Promise<Page<ReportJob>> => {
    const { jobs, hasNext } = await list.page();
    return {
      entries: jobs.map((node) => ({ node, cursor: encodeCursor(name, { at: at(node), id: node.id }) })),
      hasPrevious: after !== null && after !== undefined,
      hasNext,
    };
  };
  return { page: () => (page ??= read()), count: () => (count ??= list.count()) };
}
