import type { Requester } from '../../reports/requester.js';
import { FairSemaphore } from '../fair-semaphore.js';
import { KnownWorkloads } from './known-workloads.js';
import { RequesterReads, type ReadStores } from './requester-reads.js';

interface JobReadsDeps extends ReadStores {
  /** The maximum age of a cached workload in milliseconds; 1000 by default. */
  readonly workloadMs?: number | undefined;
}

/**
 * The maximum number of reads at a time: less than the number of connections, so that a connection is free for writes.
 */
const MAX_READS = 6;
/** The maximum number of reads of one requester at a time: less than half, so that another requester need not wait. */
const MAX_READS_OF_REQUESTER = 2;
const WORKLOAD_MS = 1000;

/** The database reads for answers about jobs, by GraphQL and REST. */
export class JobReads {
  readonly #stores: ReadStores;
  readonly #workloads: KnownWorkloads;
  readonly #semaphore = new FairSemaphore({ most: MAX_READS, mostOfEach: MAX_READS_OF_REQUESTER });
  readonly #requesters = new Map<string, RequesterReads>();

  constructor({ workloadMs = WORKLOAD_MS, ...stores }: JobReadsDeps) {
    this.#stores = stores;
    this.#workloads = new KnownWorkloads(stores.store, workloadMs);
  }

  of({ name }: Pick<Requester, 'name'>): RequesterReads {
    const known = this.#requesters.get(name);
    if (known !== undefined) return known;
    const reads = new RequesterReads(this.#stores, this.#workloads, this.#semaphore.of(name));
    this.#requesters.set(name, reads);
    return reads;
  }
}
