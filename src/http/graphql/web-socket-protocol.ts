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

/** What the protocol needs of the connection below it. */
export interface ProtocolSocket {
  readonly protocol: string;
  /** Resolves once the message is written to the socket, so that a slow reader slows down its own stream alone. */
  send(message: string): Promise<void>;
  /** As `send`, for a large message: a slice is written once the client has taken the one before it. */
  sendInSlices(message: AsyncIterable<string>): Promise<void>;
  /** Whether more bytes wait for the client to read them than may. */
  isBehind(): boolean;
  close(code: number, reason: string): void;
  /** Closes the connection with a code after which the client reconnects. */
  cut(): void;
}

/** Operations of one connection at a time, including completed ones that have not stopped yet. */
const MAX_OPERATIONS = 100;
/** The client has to send `connection_init` within this time. */
const INIT_MS = 3000;

/**
 * The server's side of one graphql-transport-ws connection. The server of graphql-ws 6.4.2 is not used: it cleans up by
 * operation id, so that an id which is used again loses its new operation; an operation that throws closes the
 * connection for all others; and a query that the client completed runs on.
 */
export class ProtocolConnection {
  readonly #deps: ProtocolDeps;
  readonly #socket: ProtocolSocket;
  /** By the client's id, which may be used again after `complete`, while its earlier operation is still stopping. */
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

  /** Aborts every operation. Called once the connection is closing, whichever side closes it. */
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

  /** Stops at once all work for the client, which may take a while to close its side. */
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
      // `complete` would end the subscription for good; after a cut connection the client subscribes again.
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
    await this.#socket.send(`${nextHead(id)}${textOf(result)}}`);
  }

  async #sendLargeResult(id: string, result: ExecutionResult): Promise<void> {
    await this.#socket.sendInSlices(between(nextHead(id), jsonSlices(result), '}'));
  }

  async #send(message: Message): Promise<void> {
    await this.#socket.send(JSON.stringify(message));
  }
}

/** A message with a result, up to the result. */
function nextHead(id: string): string {
  return `{"id":${JSON.stringify(id)},"type":"${MessageType.Next}","payload":`;
}

/** Undefined for text that is no message of the protocol. */
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
