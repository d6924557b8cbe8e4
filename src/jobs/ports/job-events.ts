/** Says that a job changed. Readers re-read the row: an event carries no state, and a lost one is made good by a poll. */
export interface JobEvents {
  /** Best effort: resolves also when the bus is away, within a second. Never rejects. */
  publish(event: JobEvent): Promise<void>;
  /**
   * Events from now on, in the order in which the bus delivers them. `onGap` is called after the bus came (back) to
   * life: events before that moment may have been missed.
   */
  subscribe(listener: JobEventListener): Unsubscribe;
  close(): Promise<void>;
}

export interface JobEvent {
  readonly jobId: string;
  readonly version: number;
}

export interface JobEventListener {
  readonly onEvent: (event: JobEvent) => void;
  readonly onGap: () => void;
}

export type Unsubscribe = () => void;
