/**
 * Publishes that a job changed. Events carry no state: listeners read the row. A poll finds changes whose event was
 * lost.
 */
export interface JobEvents {
  /** Best effort. Resolves within a second, also when the bus is away; never rejects. */
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
