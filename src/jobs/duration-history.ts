import type { CanonicalFilter } from '../reports/canonical-filter.js';
import { fitDurations, type DurationModel } from './duration-model.js';
import type { RecentDuration } from './ports/job-store.js';

/** Durations of earlier jobs, prepared for the estimates of many jobs. */
export interface History {
  /** Latest first. */
  readonly latest: readonly RecentDuration[];
  readonly model: DurationModel | null;
  /**
   * Models by the names of a filter's members, because the database reads rows by an index at another pace than all
   * rows.
   */
  readonly models: ReadonlyMap<string, DurationModel | null>;
  /**
   * The jobs grouped in three ways: by filter, by shape (members and rounded list lengths), and by members. A search
   * begins with the first grouping, whose jobs are the most similar.
   */
  readonly groups: readonly (readonly [keyOf: (filter: CanonicalFilter) => string, jobs: Groups])[];
}

type Groups = ReadonlyMap<string, readonly RecentDuration[]>;

/**
 * Prepares the durations of earlier jobs for estimates. The history is cached per list object, because one list serves
 * the estimates of many jobs.
 */
export function historyOf(latest: readonly RecentDuration[]): History {
  const known = PREPARED.get(latest);
  if (known !== undefined) return known;
  const byMembers = groupBy(latest, ({ filter }) => membersOf(filter));
  const history: History = {
    latest,
    model: modelOf(latest),
    models: new Map([...byMembers].map(([members, jobs]) => [members, modelOf(jobs)])),
    groups: [
      [JSON.stringify, groupBy(latest, ({ filter }) => JSON.stringify(filter))],
      [shapeOf, groupBy(latest, ({ filter }) => shapeOf(filter))],
      [membersOf, byMembers],
    ],
  };
  PREPARED.set(latest, history);
  return history;
}

const PREPARED = new WeakMap<readonly RecentDuration[], History>();

function modelOf(jobs: readonly RecentDuration[]): DurationModel | null {
  return fitDurations(jobs.map(({ ranMs, rows }) => ({ ms: ranMs, rows })));
}

/** The duration model of the jobs whose filters set the same members as `filter`. Null when there are no such jobs. */
export function similarModel(filter: CanonicalFilter, { models }: History): DurationModel | null {
  return models.get(membersOf(filter)) ?? null;
}

/**
 * Returns the latest jobs of the first group that is not empty: jobs with an equal filter; jobs whose filters set the
 * same members, with lists of similar length; jobs whose filters set the same members.
 */
export function similarJobs(filter: CanonicalFilter, { groups }: History): readonly RecentDuration[] {
  for (const [keyOf, jobs] of groups) {
    const similar = jobs.get(keyOf(filter));
    if (similar !== undefined) return similar;
  }
  return [];
}

/** Whether both filters set the same members, with lists of similar length. False for filters that set no member. */
export function haveSimilarConditions(one: CanonicalFilter, other: CanonicalFilter): boolean {
  return membersOf(one) !== '' && shapeOf(one) === shapeOf(other);
}

/**
 * The names of the members that a filter sets, with the length of each list rounded to a power of two. The number of
 * rows is roughly proportional to the length of a list, so filters with lists of similar length share a history.
 */
function shapeOf(filter: CanonicalFilter): string {
  const lengths = Object.values(filter).map((value) =>
    Array.isArray(value) ? Math.round(Math.log2(value.length)) : '',
  );
  return `${membersOf(filter)} ${lengths.join()}`;
}

/** The names of the members that have a value, in alphabetical order. */
function membersOf(filter: CanonicalFilter): string {
  const set = Object.entries(filter).filter(([, value]) => value !== null);
  return set
    .map(([name]) => name)
    .sort()
    .join();
}

/** `Map.groupBy`, which Node.js 20 lacks. */
function groupBy<T>(values: readonly T[], keyOf: (value: T) => string): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const value of values) {
    const key = keyOf(value);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [value]);
    else group.push(value);
  }
  return groups;
}
