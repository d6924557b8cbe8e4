import type { CanonicalFilter } from '../reports/canonical-filter.js';
import { fitDurations, type DurationModel } from './duration-model.js';
import type { RecentDuration } from './ports/job-store.js';

/** Durations of earlier jobs, prepared for the estimates of many jobs. */
export interface History {
  /** Latest first. */
  readonly latest: readonly RecentDuration[];
  readonly model: DurationModel | null;
  /** Jobs grouped by filter, by shape and by members: the most similar ones first. */
  readonly groups: readonly (readonly [keyOf: (filter: CanonicalFilter) => string, jobs: Groups])[];
}

type Groups = ReadonlyMap<string, readonly RecentDuration[]>;

/** Cached for the list, because one list serves the estimates of many jobs. */
export function historyOf(latest: readonly RecentDuration[]): History {
  const known = PREPARED.get(latest);
  if (known !== undefined) return known;
  const history: History = {
    latest,
    model: fitDurations(latest.map(({ ranMs, rows }) => ({ ms: ranMs, rows: rows }))),
    groups: [JSON.stringify, shapeOf, membersOf].map((keyOf) => [
      keyOf,
      groupBy(latest, ({ filter }) => keyOf(filter)),
    ]),
  };
  PREPARED.set(latest, history);
  return history;
}

const PREPARED = new WeakMap<readonly RecentDuration[], History>();

/**
 * The latest jobs with this filter; if there are none, those with its members and lists of similar length; else those
 * with its members.
 */
export function likeJobs(filter: CanonicalFilter, { groups }: History): readonly RecentDuration[] {
  for (const [keyOf, jobs] of groups) {
    const like = jobs.get(keyOf(filter));
    if (like !== undefined) return like;
  }
  return [];
}

/**
 * The members of a filter, with the length of each list rounded to a power of two: twice as many values are about twice
 * as many rows.
 */
function shapeOf(filter: CanonicalFilter): string {
  const lengths = Object.values(filter).map((value) =>
    Array.isArray(value) ? Math.round(Math.log2(value.length)) : '',
  );
  return `${membersOf(filter)} ${lengths.join()}`;
}

/** The names of the members that have a value. */
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
