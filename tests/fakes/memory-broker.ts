import {
  BrokerAwayError,
  failureCode,
  messageId,
  type AttemptMessage,
  type Broker,
  type Consumer,
  type MessageHandler,
} from '../../src/jobs/ports/broker.js';

interface MemoryRecord {
  readonly message: AttemptMessage;
  state: 'waiting' | 'active' | 'succeeded' | 'failed';
  progress: number;
  error: string | undefined;
}

/** The server that several MemoryBrokers share, as processes share a broker. Tests stop, start and empty it. */
export class MemoryBrokerServer {
  readonly records = new Map<string, MemoryRecord>();
  readonly consumers = new Set<MemoryConsumer>();
  up = true;

  stop(): void {
    this.up = false;
  }

  start(): void {
    this.up = true;
    this.deliver();
  }

  loseEverything(): void {
    this.records.clear();
  }

  put(message: AttemptMessage): void {
    const id = messageId(message);
    const known = this.records.get(id)?.state;
    if (known === 'waiting' || known === 'active') return;
    this.records.delete(id); // puts the record at the end of the queue
    this.records.set(id, { message, state: 'waiting', progress: 0, error: undefined });
    this.deliver();
  }

  deliver(): void {
    if (!this.up) return;
    for (const record of this.records.values()) {
      if (record.state !== 'waiting') continue;
      const consumer = [...this.consumers].find(({ hasRoom }) => hasRoom);
      if (consumer === undefined) return;
      record.state = 'active';
      void consumer.run(record);
    }
  }
}

/** A Broker in memory. It passes the contract tests of the real brokers. */
export class MemoryBroker implements Broker {
  readonly name = 'memory';
  readonly #server: MemoryBrokerServer;
  readonly #consumers = new Set<MemoryConsumer>();

  constructor(server: MemoryBrokerServer = new MemoryBrokerServer()) {
    this.#server = server;
  }

  isUp(): boolean {
    return this.#server.up;
  }

  async send(message: AttemptMessage): Promise<void> {
    if (!this.#server.up) throw new BrokerAwayError('The broker is away; the message was not sent.');
    this.#server.put(message);
  }

  consume(handle: MessageHandler, { concurrency }: { readonly concurrency: number }): Consumer {
    const consumer = new MemoryConsumer(this.#server, handle, concurrency);
    this.#consumers.add(consumer);
    return consumer;
  }

  async close(): Promise<void> {
    await Promise.all([...this.#consumers].map((consumer) => consumer.close()));
  }

  /** Acts like a killed process: other consumers receive the messages that this broker's consumers were handling. */
  crash(): void {
    for (const consumer of this.#consumers) consumer.crash();
  }
}

class MemoryConsumer implements Consumer {
  readonly #server: MemoryBrokerServer;
  readonly #handle: MessageHandler;
  readonly #concurrency: number;
  readonly #running = new Map<MemoryRecord, Promise<void>>();
  #crashed = false;

  constructor(server: MemoryBrokerServer, handle: MessageHandler, concurrency: number) {
    this.#server = server;
    this.#handle = handle;
    this.#concurrency = concurrency;
    server.consumers.add(this);
    queueMicrotask(() => server.deliver());
  }

  get hasRoom(): boolean {
    return this.#running.size < this.#concurrency;
  }

  async run(record: MemoryRecord): Promise<void> {
    const end = this.#work(record);
    this.#running.set(record, end);
    await end;
    this.#running.delete(record);
    this.#server.deliver();
  }

  async close(): Promise<void> {
    this.#server.consumers.delete(this);
    await Promise.all(this.#running.values());
  }

  crash(): void {
    this.#crashed = true;
    this.#server.consumers.delete(this);
    for (const record of this.#running.keys()) record.state = 'waiting';
    this.#server.deliver();
  }

  async #work(record: MemoryRecord): Promise<void> {
    const { jobId, attempt } = record.message;
    const reportProgress = (percent: number): void => {
      if (!this.#crashed) record.progress = percent;
    };
    await Promise.resolve(); // no broker delivers while a send is in progress
    try {
      await this.#handle({ jobId, attempt }, { reportProgress });
      if (!this.#crashed) record.state = 'succeeded';
    } catch (cause) {
      if (this.#crashed) return;
      record.state = 'failed';
      record.error = failureCode(cause);
    }
  }
}
