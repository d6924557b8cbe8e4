import type { Requester } from '../../reports/requester.js';
import { FairSemaphore } from '../fair-semaphore.js';
import { KnownWorkloads } from './known-workloads.js';
import { RequesterReads, type ReadStores } from './requester-reads.js';

interface JobReadsDeps extends ReadStores {
  /** How long the workload is taken as known at most, in milliseconds; a second unless a test says otherwise. */
  readonly workloadMs?: number | undefined;
}

/** Reads under way at a time: fewer than there are connections, so that writes find one. */
const MOST_READS = 6;
/** The maximum number of reads of one requester at a time: fewer than half, so that another requester need not wait. */
const MOST_READS_OF_EACH = 2;
const WORKLOAD_MS = 1000;

/** The reads behind every answer about jobs, of both interfaces. */
export class JobReads {
  readonly #stores: ReadStores;
  readonly #workloads: KnownWorkloads;
  readonly #semaphore = new FairSemaphore({ most: MOST_READS, mostOfEach: MOST_READS_OF_EACH });
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
