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
/** What one operation may ask for at most: a full page of 1,000 jobs with every field but reports. */
export const MAX_COST = 100_000;
/** Entries of a list that has no `first`. */
const USUAL_LENGTH = 10;
/** As many as JOB_MAX_ATTEMPTS is when it is not set. */
const USUAL_LENGTHS: Readonly<Record<string, number>> = { 'ReportJob.attempts': 3 };

/** What a field, or an entry of a list by the name of its type, adds by itself. */
type Weight = (name: string) => number;

/** A plain value weighs 1. */
const HEAVIER = {
  /** One of its own: a statement, and some milliseconds of a connection. */
  read: 200,
  /** Up to 8,192 rows are unpacked for a page. */
  rows: 150,
  /** Up to 8 kB of text. Aliases ask for one many times over, and an answer is written in one go. */
  stack: 7,
  /** A line of such a text. */
  errorDetail: 4,
  /** A list of up to 1,000 entries. */
  list: 20,
};

/** What the fields of the schema weigh, those of each report included. */
export function weightsOf({ reports }: Pick<ReportCatalog, 'reports'>): Weight {
  const lists = reports.flatMap(({ filter }) =>
    Object.entries(filter).flatMap(([name, { operator }]) => (operator === 'oneOf' ? [name] : [])),
  );
  const names = reports.map(namesOf);
  const weights = new Map<string, number>([
    ...['jobs', 'failedJobs', 'failedJobGroups', 'queueHealth', ...names.map(({ query }) => query)].map(
      (name) => [`Query.${name}`, HEAVIER.read] as const,
    ),
    ...names.map(({ report }) => [`${report}.rows`, HEAVIER.rows] as const),
    ...lists.map((name) => [`AppliedReportFilter.${name}`, HEAVIER.list] as const),
    ['JobAttempt.stack', HEAVIER.stack],
    ['ReportJob.errorDetail', HEAVIER.errorDetail],
  ]);
  return (name) => weights.get(name) ?? 1;
}

/**
 * Bounds what one operation may cost. A limit of depth is not needed: the types of the schema have no cycle, and
 * GraphQL's own rules bound introspection.
 */
export function useLimits(reports: Pick<ReportCatalog, 'reports'>): Plugin {
  const weightOf = weightsOf(reports);
  const check = (args: ExecutionArgs, stop: (result: { errors: readonly GraphQLError[] }) => void): void => {
    const cost = operationCost(args, weightOf);
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
    `The operation could cost ${cost.toLocaleString('en')}; at most ${MAX_COST.toLocaleString('en')} is served at ` +
      'once, where a plain value costs 1. Ask for fewer entries ("first") or fewer fields.',
    { extensions: { code: 'GRAPHQL_VALIDATION_FAILED', http: { spec: true, status: 400 } } },
  );
}

type Composite = GraphQLObjectType | GraphQLInterfaceType;

/** About how much the answer may cost. */
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
