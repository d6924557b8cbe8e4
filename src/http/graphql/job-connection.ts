import { checkedLimit, type JobList } from '../../jobs/find-jobs.js';
import { decodeCursor, encodeCursor } from '../../jobs/job-cursor.js';
import type { ReportJob } from '../../jobs/job.js';
import type { PageQuery } from '../../jobs/ports/job-store.js';
import type { Page } from './connection.js';

/**
 * A page of a list of jobs, and the length of the list. Each is read only if the operation selects it, and only once.
 */
export interface JobConnection {
  page(): Promise<Page<ReportJob>>;
  count(): Promise<number>;
}

interface ListOptions {
  /** The name of the list. A cursor contains it, so that a cursor of another list is refused. */
  readonly name: string;
  readonly first: number;
  readonly after?: string | null | undefined;
  /** The time by which the list is sorted. */
  readonly at: (job: ReportJob) => Date;
}

/** @throws BadInputError if `first` is invalid, or if `after` is not a cursor of this list */
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
