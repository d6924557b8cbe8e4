import { randomUUID } from 'node:crypto';
import { GraphQLError, type ExecutionResult } from 'graphql';
import {
  CloseCode,
  GRAPHQL_TRANSPORT_WS_PROTOCOL,
  MessageType,
  parseMessage,
  type ConnectionInitMessage,
  type Message,
  type SubscribeMessage,
} from 'graphql-ws';
import { ReportsError } from '../../reports/errors.js';
import type { Requester } from '../../reports/requester.js';
import type { LargeAnswers } from '../large-answers.js';
import type { Authenticate } from '../web/auth.js';
import { between, jsonSlices } from '../web/json-slices.js';
import type { Operation } from './context.js';
import type { GraphQLEngine } from './engine.js';
import { textOf } from './result-text.js';
import { ResultStream } from './result-stream.js';

export interface ProtocolDeps {
  readonly authenticate: Authenticate;
  readonly engine: GraphQLEngine;
  readonly largeAnswers: Pick<LargeAnswers, 'acquire'>;
}

/** The operations on a WebSocket that the protocol uses. */
export interface ProtocolSocket {
  readonly protocol: string;
  /** Resolves when the message is written to the socket, so that a slow client delays only its own stream. */
  send(message: string): Promise<void>;
  /** Sends a large message in slices. Each slice is read after the previous slice was written to the socket. */
  sendInSlices(message: AsyncIterable<string>): Promise<void>;
  /** Whether the client has left more than the maximum number of bytes unread. */
  isBehind(): boolean;
  close(code: number, reason: string): void;
  /** Closes the connection with a code after which the client reconnects. */
  cut(): void;
}

/** The maximum number of operations of one connection. A completed operation counts until it has stopped. */
const MAX_OPERATIONS = 100;
/** The time within which the client must send `connection_init`. */
const INIT_MS = 3000;

/**
 * The server side of one graphql-transport-ws connection. The server of graphql-ws 6.4.2 is not used, for three
 * reasons: Its cleanup goes by operation id, so that the end of an operation removes a newer operation with the same
 * id. An operation that throws closes the connection for all other operations. A query runs on after the client sent
 * `complete`.
 */
export class ProtocolConnection {
  readonly #deps: ProtocolDeps;
  readonly #socket: ProtocolSocket;
  /**
   * Open operations by the client's operation id. The client may use an id again after `complete`, while the earlier
   * operation is still stopping.
   */
  readonly #operations = new Map<string, AbortController>();
  readonly #initTimer: NodeJS.Timeout;
  #running = 0;
  #isInitialised = false;
  #isClosed = false;
  #requester: Requester | undefined;

  constructor(deps: ProtocolDeps, socket: ProtocolSocket) {
    this.#deps = deps;
    this.#socket = socket;
    this.#initTimer = setTimeout(
      () => this.#refuse(CloseCode.ConnectionInitialisationTimeout, 'Connection initialisation timeout'),
      INIT_MS,
    );
    if (socket.protocol !== GRAPHQL_TRANSPORT_WS_PROTOCOL)
      this.#refuse(CloseCode.SubprotocolNotAcceptable, 'Subprotocol not acceptable');
  }

  /** Aborts every operation. Called when the client or the server closes the connection. */
  closed(): void {
    this.#isClosed = true;
    clearTimeout(this.#initTimer);
    for (const operation of this.#operations.values()) operation.abort(new Error('the connection closed'));
    this.#operations.clear();
  }

  async receive(text: string): Promise<void> {
    if (this.#isClosed) return undefined;
    const message = readMessage(text);
    switch (message?.type) {
      case MessageType.ConnectionInit:
        return await this.#initialise(message);
      case MessageType.Ping:
        if (this.#socket.isBehind()) return undefined;
        return await this.#send({ type: MessageType.Pong, ...payloadOf(message) });
      case MessageType.Pong:
        return undefined;
      case MessageType.Subscribe:
        return await this.#subscribe(message);
      case MessageType.Complete:
        this.#operations.get(message.id)?.abort(new Error('the client completed the operation'));
        this.#operations.delete(message.id);
        return undefined;
      default:
        return this.#refuse(CloseCode.BadRequest, 'Invalid message received');
    }
  }

  /** Closes the connection. Aborts every operation first, because the client may take long to close its side. */
  #refuse(code: number, reason: string): void {
    this.closed();
    this.#socket.close(code, reason);
  }

  async #initialise({ payload }: ConnectionInitMessage): Promise<void> {
    if (this.#isInitialised) {
      const reason = 'Too many initialisation requests';
      return this.#refuse(CloseCode.TooManyInitialisationRequests, reason);
    }
    this.#isInitialised = true;
    clearTimeout(this.#initTimer);
    const authorization = payload?.['authorization'];
    try {
      this.#requester = this.#deps.authenticate(
        typeof authorization === 'string' ? authorization : undefined,
      );
    } catch (error) {
      if (!(error instanceof ReportsError)) throw error;
      return this.#refuse(CloseCode.Forbidden, 'Forbidden');
    }
    await this.#send({ type: MessageType.ConnectionAck });
  }

  async #subscribe(message: SubscribeMessage): Promise<void> {
    const { id } = message;
    const requester = this.#requester;
    if (requester === undefined) return this.#refuse(CloseCode.Unauthorized, 'Unauthorized');
    if (this.#operations.has(id)) {
      // A reason has at most 123 bytes.
      const reason = 'Subscriber for this id already exists';
      return this.#refuse(CloseCode.SubscriberAlreadyExists, reason);
    }
    if (this.#running >= MAX_OPERATIONS)
      return await this.#send({ type: MessageType.Error, id, payload: [tooMany().toJSON()] });
    const operation = new AbortController();
    this.#operations.set(id, operation);
    this.#running += 1;
    try {
      await this.#serve(message, requester, operation.signal);
    } finally {
      this.#running -= 1;
      if (this.#operations.get(id) === operation) this.#operations.delete(id);
    }
  }

  async #serve({ id, payload }: SubscribeMessage, requester: Requester, signal: AbortSignal): Promise<void> {
    const { engine, largeAnswers } = this.#deps;
    const operation: Operation = {
      requester,
      requestId: randomUUID(),
      get isAbandoned() {
        return signal.aborted;
      },
      signal,
      cut: () => this.#socket.cut(),
    };
    const prepared = await engine.prepare(payload, operation);
    if (signal.aborted) return;
    if ('errors' in prepared) {
      return await this.#send({
        type: MessageType.Error,
        id,
        payload: prepared.errors.map((e) => e.toJSON()),
      });
    }
    const release = prepared.isLarge ? await largeAnswers.acquire(requester) : undefined;
    try {
      if (signal.aborted) return;
      const result = await engine.run(prepared, operation);
      if (result instanceof ResultStream) await this.#sendAll(id, result, signal);
      // Cuts the connection, so that the client subscribes again. `complete` would end the subscription for good.
      else if (saysUnavailable(result)) return this.#socket.cut();
      else if (!signal.aborted)
        await (prepared.isLarge ? this.#sendLargeResult(id, result) : this.#sendResult(id, result));
      if (!signal.aborted) await this.#send({ type: MessageType.Complete, id });
    } finally {
      release?.();
    }
  }

  async #sendAll(id: string, results: ResultStream, signal: AbortSignal): Promise<void> {
    const stop = (): void => void results.return();
    if (signal.aborted) return stop();
    signal.addEventListener('abort', stop);
    for await (const result of results) {
      if (signal.aborted) return;
      await this.#sendResult(id, result);
    }
  }

  async #sendResult(id: string, result: ExecutionResult): Promise<void> {
    await this.#socket.send(`${nextMessageHead(id)}${textOf(result)}}`);
  }

  async #sendLargeResult(id: string, result: ExecutionResult): Promise<void> {
    await this.#socket.sendInSlices(between(nextMessageHead(id), jsonSlices(result), '}'));
  }

  async #send(message: Message): Promise<void> {
    await this.#socket.send(JSON.stringify(message));
  }
}

/** The start of a `next` message, up to its payload. */
function nextMessageHead(id: string): string {
  return `{"id":${JSON.stringify(id)},"type":"${MessageType.Next}","payload":`;
}

/** The message; undefined when the text is not a message of the protocol. */
function readMessage(text: string): Message | undefined {
  try {
    return parseMessage(text);
  } catch {
    return undefined;
  }
}

function payloadOf({ payload }: { readonly payload?: Record<string, unknown> | undefined }) {
  return payload === undefined ? {} : { payload };
}

function saysUnavailable({ data, errors = [] }: ExecutionResult): boolean {
  return data === undefined && errors.some(({ extensions }) => extensions['code'] === 'SERVICE_UNAVAILABLE');
}

function tooMany(): GraphQLError {
  const message = `A connection may have ${MAX_OPERATIONS} operations under way.`;
  return new GraphQLError(message, { extensions: { code: 'RATE_LIMITED' } });
}
