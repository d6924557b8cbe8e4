import {
  getOperationAST,
  GraphQLError,
  OperationTypeNode,
  type DocumentNode,
  type ExecutionResult,
  type OperationDefinitionNode,
} from 'graphql';
import { createYoga } from 'graphql-yoga';
import { LARGE_BYTES } from '../large-answers.js';
import type { Services } from '../services.js';
import { GraphQLContext, type Operation } from './context.js';
import { DocumentReader } from './document-reader.js';
import { useDocumentRules } from './document-rules.js';
import { createCostCheck } from './operation-cost.js';
import { createErrorPresenter } from './present-error.js';
import { viewersRefusal, withoutSuggestions } from './production-rules.js';
import { ResultStream } from './result-stream.js';
import { loadSchema } from './schema.js';
import { selectsNothing } from './selects-nothing.js';
import { useSharedEvents } from './shared-events.js';

/** A GraphQL request, whatever the transport. */
export interface OperationRequest {
  readonly query: string;
  readonly variables?: Readonly<Record<string, unknown>> | null | undefined;
  readonly operationName?: string | null | undefined;
}

/** A valid operation with its context, ready to run. */
export interface PreparedOperation {
  readonly type: OperationTypeNode;
  readonly name: string | undefined;
  readonly document: DocumentNode;
  readonly operationName: string | null | undefined;
  readonly variableValues: Readonly<Record<string, unknown>>;
  /** Whether the response could exceed 1 MB. A subscription with larger events is refused. */
  readonly isLarge: boolean;
}

export interface Refused {
  readonly errors: readonly GraphQLError[];
  /** Set when the document has several operations and the request names none. */
  readonly isAmbiguous?: true;
}

export interface GraphQLEngine {
  /**
   * Parses and validates an operation and checks its cost, but does not run it. Returns no promise if the document is
   * cached. Never throws or rejects.
   */
  prepare(
    request: OperationRequest,
    operation: Operation,
  ): PreparedOperation | Refused | Promise<PreparedOperation | Refused>;
  /** Runs a prepared operation. Never rejects. A result without `data` means that the operation did not start. */
  run(prepared: PreparedOperation, operation: Operation): Promise<ExecutionResult | ResultStream>;
}

export interface EngineOptions {
  /** The callers that may read the schema. For all others, error messages suggest no names of the schema. */
  readonly introspection: 'everyone' | 'operators';
}

/** Creates the engine for all transports. The engine uses the functions that Yoga's `getEnveloped` returns. */
export function createEngine(services: Services, { introspection }: EngineOptions): GraphQLEngine {
  const present = createErrorPresenter(services.logger);
  const schema = loadSchema(services.reports);
  const checkCost = createCostCheck(schema, {
    reports: services.reports.reports,
    maxAttempts: services.maxAttempts,
  });
  const yoga = createYoga<object, GraphQLContext>({
    schema,
    plugins: [useDocumentRules(), useSharedEvents(present)],
    // These parts of Yoga's HTTP handler are off, because the handler is not used.
    parserAndValidationCache: false,
    maskedErrors: false,
    graphiql: false,
    landingPage: false,
    cors: false,
    logging: false,
  });
  const { parse, validate } = yoga.getEnveloped();
  const documents = new DocumentReader({ schema, parse, validate });

  const isRestricted = ({ requester }: Operation): boolean =>
    introspection === 'operators' && requester.role !== 'operator';

  function refused(errors: readonly GraphQLError[], code: string): Refused {
    return { errors: errors.map((error) => present.request(error, code)) };
  }

  function check(
    document: DocumentNode,
    { variables, operationName }: OperationRequest,
    hidesSchema: boolean,
  ): PreparedOperation | Refused {
    const definition = getOperationAST(document, operationName);
    if (!definition) return { ...refused([noOperation(operationName)], 'BAD_USER_INPUT'), isAmbiguous: true };
    const variableValues = variables ?? {};
    if (definition.operation === SUBSCRIPTION && selectsNothing(document, definition, variableValues))
      return refused([nothingSelected(definition)], 'GRAPHQL_VALIDATION_FAILED');
    const refusal = hidesSchema ? viewersRefusal(document) : undefined;
    const cost = refusal === undefined ? checkCost({ document, operationName, variableValues }) : { refusal };
    if ('refusal' in cost) return refused([cost.refusal], 'GRAPHQL_VALIDATION_FAILED');
    const isLarge = cost.bytes > LARGE_BYTES;
    if (definition.operation === SUBSCRIPTION && isLarge)
      return refused([largeEvents(definition, cost.bytes)], 'GRAPHQL_VALIDATION_FAILED');
    return {
      type: definition.operation,
      name: definition.name?.value,
      document,
      operationName,
      variableValues,
      isLarge,
    };
  }

  function prepare(
    request: OperationRequest,
    operation: Operation,
  ): PreparedOperation | Refused | Promise<PreparedOperation | Refused> {
    const document = documents.find(request.query);
    if (document === undefined) return prepareUnknown(request, operation);
    try {
      return check(document, request, isRestricted(operation));
    } catch (error) {
      return { errors: [present.error(error, operation)] };
    }
  }

  async function prepareUnknown(
    request: OperationRequest,
    operation: Operation,
  ): Promise<PreparedOperation | Refused> {
    try {
      const hidesSchema = isRestricted(operation);
      const document = await documents.read(request.query, operation);
      if (!('errors' in document)) return check(document, request, hidesSchema);
      const { errors, code } = document;
      return refused(hidesSchema ? withoutSuggestions(errors) : errors, code);
    } catch (error) {
      return { errors: [present.error(error, operation)] };
    }
  }

  async function run(
    { document, operationName, variableValues, type }: PreparedOperation,
    operation: Operation,
  ): Promise<ExecutionResult | ResultStream> {
    try {
      const { contextFactory, execute, subscribe } = yoga.getEnveloped(
        new GraphQLContext(operation, services),
      );
      const args = {
        schema,
        document,
        operationName,
        variableValues,
        contextValue: await contextFactory(),
      };
      const result: ExecutionResult | ResultStream = await (type === SUBSCRIPTION ? subscribe : execute)(
        args,
      );
      if (result instanceof ResultStream) return result;
      const shown = present.result(result, operation);
      return shown.errors !== undefined && isRestricted(operation)
        ? { ...shown, errors: withoutSuggestions(shown.errors) }
        : shown;
    } catch (error) {
      return { errors: [present.error(error, operation)] };
    }
  }

  return { prepare, run };
}

const SUBSCRIPTION = OperationTypeNode.SUBSCRIPTION;

function noOperation(name: string | null | undefined): GraphQLError {
  return new GraphQLError(
    name === null || name === undefined
      ? 'The document must have one operation, or "operationName" must name one.'
      : `The document has no operation with the name "${name}".`,
  );
}

function nothingSelected(definition: OperationDefinitionNode): GraphQLError {
  return new GraphQLError('The subscription has no field: @skip or @include leaves out every one.', {
    nodes: definition,
  });
}

function largeEvents(definition: OperationDefinitionNode, bytes: number): GraphQLError {
  const [possible, most] = [bytes, LARGE_BYTES].map((count) => count.toLocaleString('en'));
  return new GraphQLError(
    `An event of the subscription could have ${possible} bytes; at most ${most} are sent. Ask for fewer fields, and read the rest by a query.`,
    { nodes: definition },
  );
}
