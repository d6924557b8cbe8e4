import {
  createSourceEventStream,
  execute,
  getOperationAST,
  type DocumentNode,
  type ExecutionArgs,
  type ExecutionResult,
} from 'graphql';
import { isAsyncIterable, type Plugin } from 'graphql-yoga';
import { ReportsError } from '../../reports/errors.js';
import { GraphQLContext, type Operation } from './context.js';
import { causeOf, type ErrorPresenter } from './present-error.js';
import { ResultStream } from './result-stream.js';

/**
 * An event's result is kept for this time, so that the other observers of the event share it. A later observer executes
 * the operation again.
 */
const SHARED_MS = 1000;

/** Lets observers of one event share one execution and its result, when document, variables and rights are equal. */
export function useSharedEvents(present: ErrorPresenter): Plugin<GraphQLContext> {
  const shared = new SharedResults();
  const subscribe = async (args: ExecutionArgs): Promise<ExecutionResult | ResultStream> => {
    const { operation, services } = args.contextValue as GraphQLContext;
    const events = await createSourceEventStream(args);
    if (!isAsyncIterable(events)) return events;
    const audience = shared.audienceOf(args);
    const eventArgs = { ...args, contextValue: new GraphQLContext(shareable(operation), services) };
    return new ResultStream(events, {
      execute: (event) =>
        shared.find(event as object, audience, async () =>
          present.result(await execute({ ...eventArgs, rootValue: event }), operation),
        ),
      onFailure: (error) => {
        // Errors of the service itself, such as a shutdown or a buffer overflow, are logged where they occur.
        if (!(causeOf(error) instanceof ReportsError)) present.error(error, operation);
      },
      cut: () => operation.cut(),
    });
  };
  return { onSubscribe: ({ setSubscribeFn }) => setSubscribeFn(subscribe) };
}

/** The context of a shared execution. It belongs to no observer, so that an observer that leaves does not abort it. */
function shareable({ requester, requestId }: Operation): Operation {
  return { requester, requestId, isAbandoned: false, signal: NEVER, cut: () => {} };
}

const NEVER = new AbortController().signal;

class SharedResults {
  readonly #numbers = new WeakMap<DocumentNode, number>();
  readonly #ofEvent = new WeakMap<object, Map<string, Promise<ExecutionResult>>>();
  #documents = 0;

  /** A key that is equal for observers whose results are equal. */
  audienceOf({ document, operationName, variableValues, contextValue }: ExecutionArgs): string {
    const { requester } = contextValue as GraphQLContext;
    const definitions = getOperationAST(document, operationName)?.variableDefinitions ?? [];
    const variables = definitions.map(({ variable: { name } }) =>
      Object.hasOwn(variableValues ?? {}, name.value) ? [variableValues?.[name.value]] : [],
    );
    return JSON.stringify([this.#numberOf(document), operationName, variables, requester]);
  }

  find(event: object, audience: string, make: () => Promise<ExecutionResult>): Promise<ExecutionResult> {
    const results = this.#ofEvent.get(event) ?? this.#begin(event);
    const known = results.get(audience);
    if (known !== undefined) return known;
    const made = make();
    results.set(audience, made);
    return made;
  }

  #begin(event: object): Map<string, Promise<ExecutionResult>> {
    const results = new Map<string, Promise<ExecutionResult>>();
    this.#ofEvent.set(event, results);
    setTimeout(() => this.#ofEvent.delete(event), SHARED_MS).unref();
    return results;
  }

  #numberOf(document: DocumentNode): number {
    const known = this.#numbers.get(document) ?? (this.#documents += 1);
    this.#numbers.set(document, known);
    return known;
  }
}
