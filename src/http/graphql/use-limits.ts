import {
  getNamedType,
  getNullableType,
  getOperationAST,
  GraphQLError,
  isInterfaceType,
  isListType,
  isObjectType,
  Kind,
  parse,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLField,
  type GraphQLInterfaceType,
  type GraphQLObjectType,
  type NamedTypeNode,
  type SelectionSetNode,
  type ExecutionArgs,
} from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { ReportCatalog } from '../../reports/report-catalog.js';
import { namesOf } from './report-names.js';

/** Words and signs of one document. The largest introspection query has some 300. */
const MAX_TOKENS = 3000;
/** What one operation may ask for at most: a full page of 1,000 jobs needs about that with every field but reports and `errorDetail`. */
const MAX_VALUES = 100_000;
export const MAX_READS = 3200;
/** Entries of a list that has no `first`. */
const USUAL_LENGTH = 10;
/** As many as JOB_MAX_ATTEMPTS is when it is not set. */
const USUAL_LENGTHS: Readonly<Record<string, number>> = { 'ReportJob.attempts': 3 };

/** What a field, or an entry of a list by the name of its type, adds by itself to one of the budgets. */
type Weight = (name: string) => number;

export interface Weights {
  readonly values: Weight;
  readonly reads: Weight;
}

/** What the fields of the schema weigh, those of each report included. */
export function weightsOf({ reports }: Pick<ReportCatalog, 'reports'>): Weights {
  const lists = reports.flatMap(({ filter }) =>
    Object.entries(filter).flatMap(([name, { operator }]) => (operator === 'oneOf' ? [name] : [])),
  );
  // A stack may have 8 kB and a filter's list 1,000 entries, and aliases ask for one many times over: the text of such an
  // answer, which is written in one go, has to fit into memory.
  const values = new Map<string, number>([
    ['JobAttempt.stack', 7],
    ...lists.map((name) => [`AppliedReportFilter.${name}`, 20] as const),
  ]);
  // Where one read of a single row, or one that fields share, is the unit.
  const reads = new Map<string, number>([
    ...['queuePosition', 'estimatedCompletionAt', 'attempts', 'errorDetail'].map(
      (name) => [`ReportJob.${name}`, 1] as const,
    ),
    ...['job', 'jobs', 'failedJobs', 'failedJobGroups', 'queueHealth'].map(
      (name) => [`Query.${name}`, 6] as const,
    ),
    ...reports.map(namesOf).flatMap(
      ({ query, report }) =>
        [
          [`Query.${query}`, 6],
          [`${report}.rows`, 6],
        ] as const,
    ),
  ]);
  return { values: (name) => values.get(name) ?? 1, reads: (name) => reads.get(name) ?? 0 };
}

/**
 * Bounds what one operation may cost. A limit of depth is not needed: the types of the schema have no cycle, and
 * GraphQL's own rules bound introspection.
 */
export function useLimits(reports: Pick<ReportCatalog, 'reports'>): Plugin {
  const { values, reads } = weightsOf(reports);
  const check = (args: ExecutionArgs, stop: (result: { errors: readonly GraphQLError[] }) => void): void => {
    const wanted = operationCost(args, values);
    if (wanted > MAX_VALUES) stop({ errors: [tooCostly('have', wanted, 'values', MAX_VALUES)] });
    const needed = operationCost(args, reads);
    if (needed > MAX_READS) stop({ errors: [tooCostly('need', needed, 'reads', MAX_READS)] });
  };
  return {
    onParse: ({ setParseFn }) =>
      setParseFn((source, options) => parse(source, { ...options, maxTokens: MAX_TOKENS })),
    onExecute: ({ args, setResultAndStopExecution }) => check(args, setResultAndStopExecution),
    onSubscribe: ({ args, setResultAndStopExecution }) => check(args, setResultAndStopExecution),
  };
}

function tooCostly(verb: string, cost: number, what: string, most: number): GraphQLError {
  return new GraphQLError(
    `The answer could ${verb} some ${cost.toLocaleString('en')} ${what}; at most ${most.toLocaleString('en')} are ` +
      'served at once. Ask for fewer entries ("first") or fewer fields.',
    { extensions: { code: 'GRAPHQL_VALIDATION_FAILED', http: { spec: true, status: 400 } } },
  );
}

type Composite = GraphQLObjectType | GraphQLInterfaceType;

/** About how much the answer may need of one budget. */
export function operationCost(
  { schema, document, operationName, variableValues }: ExecutionArgs,
  weightOf: Weight,
): number {
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
  function costOf(selections: SelectionSetNode, type: Composite, size: number): number {
    let cost = 0;
    for (const selection of selections.selections) {
      if (selection.kind === Kind.FIELD) cost += fieldCost(selection, type, size);
      else if (selection.kind === Kind.INLINE_FRAGMENT)
        cost += costOf(selection.selectionSet, conditionOf(selection.typeCondition, type), size);
      else cost += spreadCost(selection.name.value, type, size);
    }
    return cost;
  }

  /** Of an interface each fragment is counted: an upper bound, since a value has one type. */
  function conditionOf(condition: NamedTypeNode | undefined, type: Composite): Composite {
    const named = condition && schema.getType(condition.name.value);
    return isObjectType(named) || isInterfaceType(named) ? named : type;
  }

  function spreadCost(name: string, type: Composite, size: number): number {
    const key = `${name} ${type.name} ${size}`;
    const fragment = fragments.get(name);
    const cost =
      known.get(key) ??
      (fragment ? costOf(fragment.selectionSet, conditionOf(fragment.typeCondition, type), size) : 0);
    known.set(key, cost);
    return cost;
  }

  function fieldCost(node: FieldNode, parent: Composite, size: number): number {
    const field = parent.getFields()[node.name.value];
    if (field === undefined) return weightOf(node.name.value); // introspection
    const name = `${parent.name}.${field.name}`;
    const own = weightOf(name);
    const type = getNamedType(field.type);
    if (node.selectionSet === undefined || !(isObjectType(type) || isInterfaceType(type))) return own;
    if (!isListType(getNullableType(field.type)))
      return own + costOf(node.selectionSet, type, requestedSize(node, field, size));
    const length = USUAL_LENGTHS[name] ?? size;
    const entry = weightOf(type.name) + costOf(node.selectionSet, type, length > 1 ? USUAL_LENGTH : size);
    return own + length * entry;
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
