/**
 * Publishes that a job changed. Events carry no state, so listeners read the job's row. A poll finds changes whose
 * event was lost.
 */
export interface JobEvents {
  /** Best effort: resolves within a second, even when the bus is unreachable, and never rejects. */
  publish(event: JobEvent): Promise<void>;
  /**
   * Calls `onEvent` for each event from now on, in the order in which the bus delivers them. Calls `onGap` each time
   * the bus has connected or reconnected, because earlier events may have been missed.
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
