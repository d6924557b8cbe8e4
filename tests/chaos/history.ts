import { createWriteStream, type WriteStream } from 'node:fs';
import { once } from 'node:events';

/** The statuses of the HTTP interface, written out because the suite shares no types with the service. */
export type Status = 'QUEUED' | 'RUNNING' | 'RETRYING' | 'SUCCEEDED' | 'FAILED' | 'CANCELED';

export interface Filter {
  readonly user_ids?: readonly number[];
  readonly created_from?: string;
  readonly created_to?: string;
}

/** `[user id, words]` by ascending user id. */
export type Rows = readonly (readonly [userId: number, words: number])[];

/** A job's state, as a client saw it. */
export interface Seen {
  readonly jobId: string;
  readonly status: Status;
  readonly version: number;
}

export type Operation =
  | {
      readonly action: 'request';
      readonly protocol: 'rest' | 'graphql';
      readonly filter: Filter;
      readonly key: string | null;
      readonly maxAgeSeconds: number;
    }
  | { readonly action: 'cancel' | 'retry' | 'show' | 'result' | 'watch'; readonly jobId: string };

/**
 * `ok` and `fail` are answers. `unknown` means that no answer came and the operation may have been done. A `fail` with
 * `httpStatus` 0 means that the connection was refused, so that the operation was certainly not done.
 */
export type Outcome =
  | { readonly phase: 'ok'; readonly seen?: Seen; readonly rows?: Rows; readonly filter?: Filter }
  | {
      readonly phase: 'fail';
      readonly httpStatus: number;
      readonly code: string;
      readonly retryAfter: boolean;
    }
  | { readonly phase: 'unknown'; readonly reason: string };

export type HistoryEvent = { readonly at: number } & (
  | ({ readonly type: 'invoke'; readonly id: number } & Operation)
  | ({ readonly type: 'return'; readonly id: number } & Outcome)
  /** A state that a watch received. `connection` counts the watch's connections from 1. */
  | { readonly type: 'notified'; readonly id: number; readonly connection: number; readonly seen: Seen }
  /**
   * The bus announced `version`. A read of the table right afterwards found version `inTable`, or null if the table did
   * not have the job.
   */
  | {
      readonly type: 'announced';
      readonly jobId: string;
      readonly version: number;
      readonly inTable: number | null;
    }
  | { readonly type: 'fault'; readonly name: string; readonly phase: 'begin' | 'end' }
  | {
      readonly type: 'exit';
      readonly process: string;
      readonly pid: number;
      readonly code: number | null;
      readonly signal: string | null;
      /** Whether the suite had sent the process a signal that ends it. */
      readonly wanted: boolean;
    }
);

export type ReturnEvent = Extract<HistoryEvent, { type: 'return' }>;
export type InvokeEvent = Extract<HistoryEvent, { type: 'invoke' }>;

/** Records events in memory and in a file, without judging them. */
export class Recorder {
  readonly events: HistoryEvent[] = [];
  readonly #file: WriteStream;
  #nextId = 1;

  constructor(path: string) {
    this.#file = createWriteStream(path);
  }

  invoke(operation: Operation): number {
    const id = this.#nextId;
    this.#nextId += 1;
    this.#write({ at: Date.now(), type: 'invoke', id, ...operation });
    return id;
  }

  return(id: number, outcome: Outcome): void {
    this.#write({ at: Date.now(), type: 'return', id, ...outcome });
  }

  notified(id: number, connection: number, seen: Seen): void {
    this.#write({ at: Date.now(), type: 'notified', id, connection, seen });
  }

  announced(jobId: string, version: number, inTable: number | null): void {
    this.#write({ at: Date.now(), type: 'announced', jobId, version, inTable });
  }

  fault(name: string, phase: 'begin' | 'end'): void {
    this.#write({ at: Date.now(), type: 'fault', name, phase });
  }

  exit(exit: Omit<Extract<HistoryEvent, { type: 'exit' }>, 'at' | 'type'>): void {
    this.#write({ at: Date.now(), type: 'exit', ...exit });
  }

  async close(): Promise<void> {
    this.#file.end();
    await once(this.#file, 'finish');
  }

  #write(event: HistoryEvent): void {
    this.events.push(event);
    this.#file.write(`${JSON.stringify(event)}\n`);
  }
}
