import {
  getNamedType,
  getNullableType,
  getOperationAST,
  GraphQLError,
  isListType,
  isObjectType,
  Kind,
  parse,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLField,
  type GraphQLObjectType,
  type SelectionSetNode,
  type ExecutionArgs,
} from 'graphql';
import type { Plugin } from 'graphql-yoga';

/** Words and signs of one document. The largest introspection query has some 300. */
const MAX_TOKENS = 3000;
/** About as many values as the full page of a list: 1,000 jobs with 40 plain fields each. */
export const MAX_COST = 50_000;
/** Fields that ask the database once for each object they stand on, in values. */
const READ_COST = 100;
const READS: ReadonlySet<string> = new Set([
  ...['Query.postsReport', 'Query.job', 'Query.jobs', 'Query.failedJobs', 'Query.failedJobGroups'],
  ...['Query.queueHealth', 'ReportJob.queuePosition', 'ReportJob.estimatedCompletionAt'],
  ...['ReportJob.attempts', 'PostsReport.rows'],
]);
/** Entries of a list that has no `first`. */
const USUAL_LENGTH = 10;

/**
 * Bounds what one operation may cost. A limit of depth is not needed: the types of the schema have no cycle, and
 * GraphQL's own rules bound introspection.
 */
export function useLimits(): Plugin {
  const check = (args: ExecutionArgs, stop: (result: { errors: readonly GraphQLError[] }) => void): void => {
    const cost = operationCost(args);
    if (cost > MAX_COST) stop({ errors: [tooCostly(cost)] });
  };
  return {
    onParse: ({ setParseFn }) =>
      setParseFn((source, options) => parse(source, { ...options, maxTokens: MAX_TOKENS })),
    onExecute: ({ args, setResultAndStopExecution }) => check(args, setResultAndStopExecution),
    onSubscribe: ({ args, setResultAndStopExecution }) => check(args, setResultAndStopExecution),
  };
}

function tooCostly(cost: number): GraphQLError {
  return new GraphQLError(
    `The answer could have some ${cost.toLocaleString('en')} values; at most ${MAX_COST.toLocaleString('en')} are ` +
      'served at once. Ask for fewer entries ("first") or fewer fields.',
    { extensions: { code: 'GRAPHQL_VALIDATION_FAILED', http: { spec: true, status: 400 } } },
  );
}

/** About how many values the answer may have, with reads of the database counted as `READ_COST` values. */
export function operationCost({ schema, document, operationName, variableValues }: ExecutionArgs): number {
  const operation = getOperationAST(document, operationName);
  const rootType = operation && schema.getRootType(operation.operation);
  if (!operation || !rootType) return 0;
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const node of document.definitions) {
    if (node.kind === Kind.FRAGMENT_DEFINITION) fragments.set(node.name.value, node);
  }
  /** Each fragment is looked at once per type and size, however often it is spread. */
  const known = new Map<string, number>();

  return costOf(operation.selectionSet, rootType, USUAL_LENGTH);

  /** @param size entries that lists directly below will have */
  function costOf(selections: SelectionSetNode, type: GraphQLObjectType, size: number): number {
    let cost = 0;
    for (const selection of selections.selections) {
      if (selection.kind === Kind.FIELD) cost += fieldCost(selection, type, size);
      else if (selection.kind === Kind.INLINE_FRAGMENT) cost += costOf(selection.selectionSet, type, size);
      else cost += spreadCost(selection.name.value, type, size);
    }
    return cost;
  }

  function spreadCost(name: string, type: GraphQLObjectType, size: number): number {
    const key = `${name} ${type.name} ${size}`;
    const fragment = fragments.get(name);
    const cost = known.get(key) ?? (fragment ? costOf(fragment.selectionSet, type, size) : 0);
    known.set(key, cost);
    return cost;
  }

  function fieldCost(node: FieldNode, parent: GraphQLObjectType, size: number): number {
    const field = parent.getFields()[node.name.value];
    if (field === undefined) return 0; // introspection
    const own = READS.has(`${parent.name}.${field.name}`) ? READ_COST : 1;
    const type = getNamedType(field.type);
    if (node.selectionSet === undefined || !isObjectType(type)) return own;
    const length = isListType(getNullableType(field.type)) ? size : 1;
    return (
      own +
      length * costOf(node.selectionSet, type, requestedSize(node, field, length > 1 ? USUAL_LENGTH : size))
    );
  }

  function requestedSize(node: FieldNode, field: GraphQLField<unknown, unknown>, inherited: number): number {
    const argument = field.args.find(({ name }) => name === 'first' || name === 'limit');
    if (argument === undefined) return inherited;
    const value = node.arguments?.find(({ name }) => name.value === argument.name)?.value;
    const given =
      value?.kind === Kind.VARIABLE
        ? (variableValues?.[value.name.value] ?? defaultOf(value.name.value))
        : value?.kind === Kind.INT
          ? Number(value.value)
          : undefined;
    return sizeOf(given ?? argument.defaultValue);
  }

  function defaultOf(variable: string): unknown {
    const definition = operation?.variableDefinitions?.find((node) => node.variable.name.value === variable);
    return definition?.defaultValue?.kind === Kind.INT ? Number(definition.defaultValue.value) : undefined;
  }
}

/** What is no size is refused elsewhere. */
function sizeOf(value: unknown): number {
  return typeof value === 'number' && value >= 1 && value <= 1000 ? value : 1;
}
