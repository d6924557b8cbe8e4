import type { JobEvent, JobEventListener, JobEvents, Unsubscribe } from '../../src/jobs/ports/job-events.js';

/** The bus that several MemoryJobEvents share, as processes share a server. */
export class MemoryBus {
  readonly members = new Set<MemoryJobEvents>();
  up = true;

  stop(): void {
    this.up = false;
  }

  start(): void {
    this.up = true;
    for (const member of this.members) member.gap();
  }
}

/** JobEvents in memory. They pass the contract tests of the real ones. */
export class MemoryJobEvents implements JobEvents {
  readonly #bus: MemoryBus;
  readonly #listeners = new Set<JobEventListener>();

  constructor(bus: MemoryBus = new MemoryBus()) {
    this.#bus = bus;
    bus.members.add(this);
    queueMicrotask(() => {
      if (bus.up) this.gap();
    });
  }

  async publish({ jobId, version }: JobEvent): Promise<void> {
    if (!this.#bus.up) return;
    await Promise.resolve(); // no bus delivers while a publish is in progress
    for (const member of this.#bus.members) member.receive({ jobId, version });
  }

  subscribe({ onEvent, onGap }: JobEventListener): Unsubscribe {
    const listener = { onEvent, onGap };
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  async close(): Promise<void> {
    this.#bus.members.delete(this);
    this.#listeners.clear();
  }

  receive(event: JobEvent): void {
    for (const listener of [...this.#listeners]) listener.onEvent(event);
  }

  gap(): void {
    for (const listener of [...this.#listeners]) listener.onGap();
  }
}
