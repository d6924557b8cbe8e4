import { BREAK, GraphQLError, visit, type DocumentNode, type ExecutionResult } from 'graphql';
import { isAsyncIterable, type Plugin, type YogaInitialContext } from 'graphql-yoga';
import type { Requester } from '../../reports/requester.js';
import type { GraphQLContext } from './context.js';

/**
 * Shows the schema to operators only: introspection is refused to anyone else, and errors carry no suggestions made from
 * names of the schema.
 *
 * @param requesterOf reads the context that an operation begins with: documents are validated before `GraphQLContext` is made
 */
export function useProductionRules(
  requesterOf: (initial: YogaInitialContext) => Requester,
): Plugin<GraphQLContext> {
  return {
    onValidate({ context }) {
      if (maySeeSchema(requesterOf(context))) return undefined;
      return ({ result, setResult }) => setResult((result as GraphQLError[]).map(withoutSuggestions));
    },
    onExecute({ args, context, setResultAndStopExecution }) {
      if (maySeeSchema(context.requester)) return undefined;
      if (asksForSchema(args.document)) setResultAndStopExecution({ errors: [introspectionRefused()] });
      return { onExecuteDone: removeSuggestions };
    },
    onSubscribe({ context }) {
      return maySeeSchema(context.requester) ? undefined : { onSubscribeResult: removeSuggestions };
    },
  };
}

function maySeeSchema({ role }: Requester): boolean {
  return role === 'operator';
}

function asksForSchema(document: DocumentNode): boolean {
  let found = false;
  visit(document, {
    Field({ name }) {
      if (name.value !== '__schema' && name.value !== '__type') return undefined;
      found = true;
      return BREAK;
    },
  });
  return found;
}

function introspectionRefused(): GraphQLError {
  return new GraphQLError('Introspection is for operators.', {
    extensions: { code: 'GRAPHQL_VALIDATION_FAILED', http: { spec: true, status: 400 } },
  });
}

interface Done {
  readonly result: ExecutionResult | AsyncIterable<unknown>;
  readonly setResult: (result: ExecutionResult) => void;
}

/** Of wrong variables. A stream has begun, so its variables were right. */
function removeSuggestions({ result, setResult }: Done): void {
  if (isAsyncIterable(result) || result.errors === undefined) return;
  setResult({ ...result, errors: result.errors.map(withoutSuggestions) });
}

function withoutSuggestions(error: GraphQLError): GraphQLError {
  const message = error.message.replace(/ Did you mean [^?]*\?/, '');
  if (message === error.message) return error;
  const { nodes = null, source = null, positions = null, path = null, originalError, extensions } = error;
  return new GraphQLError(message, { nodes, source, positions, path, originalError, extensions });
}
