import { parseInstant } from '../parse-instant.js';
import { BadInputError, ResultTooLargeError } from '../errors.js';
import type { CanonicalFilter } from '../report.js';
import type { PostBatch, PostConditions } from '../ports/post-source.js';
import type { ReportTable } from '../report.js';
import { sharedWordCounter } from '../word-counter/word-counter.js';
import type { ReportKind } from './report-kind.js';

export const MAX_USER_IDS = 1000;
/** More distinct users than this end the report as RESULT_TOO_LARGE: memory grows with users, not with posts. */
export const MAX_USERS = 5_000_000;

const FILTER_MEMBERS = ['userIds', 'createdFrom', 'createdTo'];

/** Words written per user over all posts. */
export const postsReport: ReportKind = {
  name: 'posts',
  parseFilter,
  async generate(source, filter, { signal, onProgress }) {
    const startedAt = performance.now();
    const sums = new UserSums(MAX_USERS);
    let asOf = new Date(0);
    let estimatedPosts: number | null = null;
    let processedPosts = 0;
    await source.read(conditionsOf(filter), {
      signal,
      onStart(start) {
        ({ asOf, estimatedPosts } = start);
        onProgress({ processedPosts, estimatedPosts });
      },
      onBatch(batch) {
        sums.add(batch);
        processedPosts += batch.count;
        onProgress({ processedPosts, estimatedPosts });
      },
    });
    const table = sums.toTable();
    const summary = {
      totalUsers: table.userIds.length,
      totalPosts: processedPosts,
      totalWords: table.totalWords.reduce((sum, words) => sum + words, 0),
      asOf,
      durationMs: Math.round(performance.now() - startedAt),
    };
    return { table, summary };
  },
};

function parseFilter(input: unknown): CanonicalFilter {
  if (input === null || input === undefined) return { userIds: null, createdFrom: null, createdTo: null };
  if (typeof input !== 'object' || Array.isArray(input))
    throw new BadInputError(['filter'], 'must be an object.');
  const members = input as Record<string, unknown>;
  const unknown = Object.keys(members).find((name) => !FILTER_MEMBERS.includes(name));
  if (unknown !== undefined) {
    throw new BadInputError(['filter', unknown], `is not known; a filter has ${FILTER_MEMBERS.join(', ')}.`);
  }
  const createdFrom = parseInstant(['filter', 'createdFrom'], members['createdFrom']);
  const createdTo = parseInstant(['filter', 'createdTo'], members['createdTo']);
  if (createdFrom !== null && createdTo !== null && createdFrom >= createdTo) {
    throw new BadInputError(
      ['filter', 'createdFrom'],
      `must be before createdTo, but ${createdFrom} is not before ${createdTo}.`,
    );
  }
  return { userIds: parseUserIds(members['userIds']), createdFrom, createdTo };
}

function parseUserIds(input: unknown): readonly number[] | null {
  const path = ['filter', 'userIds'];
  if (input === null || input === undefined) return null;
  if (!Array.isArray(input)) throw new BadInputError(path, 'must be a list of user ids.');
  if (input.length === 0)
    throw new BadInputError(path, 'must not be empty; leave it out to report every user.');
  if (input.length > MAX_USER_IDS) {
    throw new BadInputError(path, `may have at most ${MAX_USER_IDS} ids, but has ${input.length}.`);
  }
  const ids = input.map((id: unknown, index) => {
    if (typeof id !== 'number' || id !== (id | 0)) {
      throw new BadInputError([...path, String(index)], 'must be a whole number of 32 bits.');
    }
    return id | 0; // turns -0 into 0
  });
  return [...new Set(ids)].sort((a, b) => a - b);
}

/** What `parseFilter` returned, perhaps after a round trip through JSON, as the source takes it. */
function conditionsOf(filter: CanonicalFilter): PostConditions {
  const { userIds, createdFrom, createdTo } = parseFilter(filter);
  return {
    userIds: userIds as readonly number[] | null,
    createdFrom: createdFrom as string | null,
    createdTo: createdTo as string | null,
  };
}

/** One running sum per user, in columns that double when they are full. */
class UserSums {
  readonly #slots = new Map<number, number>();
  readonly #limit: number;
  readonly #counter = sharedWordCounter();
  #words = new Float64Array(1024);
  #posts = new Float64Array(1024);

  constructor(limit: number) {
    this.#limit = limit;
  }

  add(batch: PostBatch): void {
    const words = this.#counter.count(batch);
    for (let post = 0; post < batch.count; post += 1) {
      const slot = this.#slotOf(batch.userIds[post] as number);
      this.#words[slot] = (this.#words[slot] as number) + (words[post] as number);
      this.#posts[slot] = (this.#posts[slot] as number) + 1;
    }
  }

  toTable(): ReportTable {
    const { size } = this.#slots;
    const userIds = new Int32Array(size);
    const totalWords = new Float64Array(size);
    const totalPosts = new Float64Array(size);
    let row = 0;
    for (const userId of this.#slots.keys()) userIds[row++] = userId;
    userIds.sort();
    for (row = 0; row < size; row += 1) {
      const slot = this.#slots.get(userIds[row] as number) as number;
      totalWords[row] = this.#words[slot] as number;
      totalPosts[row] = this.#posts[slot] as number;
    }
    return { userIds, totalWords, totalPosts };
  }

  #slotOf(userId: number): number {
    const known = this.#slots.get(userId);
    if (known !== undefined) return known;
    const slot = this.#slots.size;
    if (slot === this.#limit) throw new ResultTooLargeError(this.#limit);
    if (slot === this.#words.length) {
      this.#words = doubled(this.#words);
      this.#posts = doubled(this.#posts);
    }
    this.#slots.set(userId, slot);
    return slot;
  }
}

function doubled(column: Float64Array): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(column.length * 2);
  larger.set(column);
  return larger;
}
