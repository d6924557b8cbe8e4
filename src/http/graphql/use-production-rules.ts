import { GraphQLError, visit, type DocumentNode, type ExecutionResult, type SelectionSetNode } from 'graphql';
import { isAsyncIterable, type Plugin, type YogaInitialContext } from 'graphql-yoga';
import type { Requester } from '../../reports/requester.js';
import type { GraphQLContext } from './context.js';

/** Aliases of one document, and occurrences of one name in one selection. Generated clients use a few dozen. */
const MAX_ALIASES = 100;
const MAX_REPEATS = 100;

/**
 * What holds in production for all but operators: the schema is not shown, neither by introspection nor by suggestions made
 * from its names, a document repeats itself within bounds, and each mistake in it is named once.
 *
 * What a document may ask is decided when it is executed: a validated document may be shared by callers with other rights.
 *
 * @param requesterOf reads the context that an operation begins with: documents are validated before `GraphQLContext` is made
 */
export function useProductionRules(
  requesterOf: (initial: YogaInitialContext) => Requester,
): Plugin<GraphQLContext> {
  return {
    onValidate({ context }) {
      if (isOperator(requesterOf(context))) return undefined;
      return ({ result, setResult }) =>
        setResult(eachOnce((result as GraphQLError[]).map(withoutSuggestions)));
    },
    onExecute({ args, context, setResultAndStopExecution }) {
      if (isOperator(context.requester)) return undefined;
      const refusal = refusalOf(args.document);
      if (refusal !== undefined) setResultAndStopExecution({ errors: [refused(refusal)] });
      return { onExecuteDone: removeSuggestions };
    },
    onSubscribe({ args, context, setResultAndStopExecution }) {
      if (isOperator(context.requester)) return undefined;
      const refusal = refusalOf(args.document);
      if (refusal !== undefined) setResultAndStopExecution({ errors: [refused(refusal)] });
      return { onSubscribeResult: removeSuggestions };
    },
  };
}

function isOperator({ role }: Requester): boolean {
  return role === 'operator';
}

function refusalOf(document: DocumentNode): string | undefined {
  let asksForSchema = false;
  let aliases = 0;
  let repeats = 0;
  visit(document, {
    Field({ name, alias }) {
      asksForSchema ||= name.value === '__schema' || name.value === '__type';
      if (alias !== undefined) aliases += 1;
    },
    SelectionSet(node) {
      repeats = Math.max(repeats, repeatsIn(node));
    },
  });
  if (asksForSchema) return 'Introspection is for operators.';
  if (aliases > MAX_ALIASES) return `A document may have ${MAX_ALIASES} aliases; this one has ${aliases}.`;
  if (repeats > MAX_REPEATS)
    return `A selection may name a field ${MAX_REPEATS} times; one of these does so ${repeats} times.`;
  return undefined;
}

/** How often the name that stands there most often does. */
function repeatsIn({ selections }: SelectionSetNode): number {
  const counts = new Map<string, number>();
  for (const selection of selections) {
    const name = 'name' in selection ? selection.name.value : '';
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return Math.max(0, ...counts.values());
}

function refused(message: string): GraphQLError {
  return new GraphQLError(message, {
    extensions: { code: 'GRAPHQL_VALIDATION_FAILED', http: { spec: true, status: 400 } },
  });
}

function eachOnce(errors: readonly GraphQLError[]): GraphQLError[] {
  return [...new Map([...errors].reverse().map((error) => [error.message, error])).values()].reverse();
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
