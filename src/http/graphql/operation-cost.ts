import { getIntrospectionQuery, GraphQLError, parse, type GraphQLSchema } from 'graphql';
import type { ReportDefinition } from '../../reports/report-definition.js';
import { MAX_PAGE } from '../../jobs/find-jobs.js';
import type { Services } from '../services.js';
import type { RequestedOperation } from './argument-value.js';
import { operationCost, type Lengths, type Weight } from './cost-counter.js';
import { createIntrospectionCounter } from './introspection-cost.js';
import { namesOf } from './report-names.js';

/** The maximum cost of an operation. It allows a full page of 1,000 jobs with every field except reports. */
const MAX_COST = 100_000;
/** Costs above 1, the cost of a plain value or of a list's entry. */
const HEAVIER = {
  /** A field with a read of its own: a statement, and some milliseconds of a connection. */
  read: 200,
  /** A page of rows, for which up to 8,192 rows are unpacked. */
  rows: 150,
  /** One line of a longer text. */
  errorDetail: 4,
  /** A list of up to 1,000 numbers, each of which takes about a fiftieth of a field's time. */
  list: 20,
};
/** The text of an answer is made as a whole. A full page of 1,000 jobs with stacks and lists of users has 40 MB. */
const MAX_BYTES = 48_000_000;
/** Assumed bytes of a value in JSON, with its punctuation. */
const USUAL_BYTES = 40;

/** What an operation may cost at most, or why it is refused. */
export type Cost = { readonly bytes: number } | { readonly refusal: GraphQLError };
export type CostCheck = (operation: RequestedOperation) => Cost;

export type CostDeps = Pick<Services['reports'], 'reports'> & Pick<Services, 'maxAttempts'>;

/**
 * Bounds the cost of an operation. No limit of depth is needed: the schema's types have no cycle, and a rule of GraphQL
 * bounds introspection.
 */
export function createCostCheck(schema: GraphQLSchema, deps: CostDeps): CostCheck {
  const weights = weightsOf(deps);
  const lengths = lengthsOf(deps);
  const introspection = createIntrospectionCounter(schema);
  const by = (weightOf: Weight) => (operation: RequestedOperation) =>
    operationCost(schema, operation, { weightOf, lengths });
  const budgets = [
    // Allows the whole schema, which every tool reads, each with a query of its own.
    {
      costOf: introspection,
      most: 2 * introspection(WHOLE_SCHEMA),
      needs: 'have some # values about the schema',
    },
    { costOf: by(weights.values), most: MAX_COST, needs: 'have some # values' },
    { costOf: by(weights.bytes), most: MAX_BYTES, needs: 'have some # bytes' },
  ];
  return (operation) => {
    let cost = 0;
    for (const { costOf, most, needs } of budgets) {
      cost = costOf(operation);
      if (cost > most) return { refusal: tooCostly(needs.replace('#', cost.toLocaleString('en')), most) };
    }
    return { bytes: cost };
  };
}

const WHOLE_SCHEMA = {
  document: parse(
    getIntrospectionQuery({
      descriptions: true,
      specifiedByUrl: true,
      directiveIsRepeatable: true,
      schemaDescription: true,
      inputValueDeprecation: true,
      oneOf: true,
    }),
  ),
};

function tooCostly(needs: string, most: number): GraphQLError {
  return new GraphQLError(
    `The answer could ${needs}; at most ${most.toLocaleString('en')} are served at once. ` +
      'Ask for fewer entries ("first") or fewer fields.',
  );
}

function weightsOf({ reports }: CostDeps): Record<'values' | 'bytes', Weight> {
  const lists = reports.flatMap(({ filter }) =>
    Object.entries(filter).flatMap(([name, { operator }]) =>
      operator === 'oneOf' ? [`AppliedReportFilter.${name}`] : [],
    ),
  );
  const names = reports.map(namesOf);
  const values = new Map<string, number>([
    ...['jobs', 'failedJobs', 'failedJobGroups', 'queueHealth', ...names.map(({ query }) => query)].map(
      (name) => [`Query.${name}`, HEAVIER.read] as const,
    ),
    ...names.map(({ report }) => [`${report}.rows`, HEAVIER.rows] as const),
    ...lists.map((name) => [name, HEAVIER.list] as const),
    ['ReportJob.errorDetail', HEAVIER.errorDetail],
  ]);
  const bytes = new Map<string, number>([
    ['JobAttempt.stack', 8000],
    ...lists.map((name) => [name, 12_000] as const), // 1,000 numbers of 11 digits and a comma
  ]);
  return {
    values: (name) => values.get(name) ?? 1,
    bytes: (name, key) => (bytes.get(name) ?? USUAL_BYTES) + key.length,
  };
}

/** An operator who retries a job gives it further attempts; these few are not counted. */
function lengthsOf({ reports, maxAttempts }: CostDeps): Lengths {
  const most = (lengthOf: (report: ReportDefinition) => number): number => Math.max(...reports.map(lengthOf));
  return new Map([
    ['Query.reportKinds', reports.length],
    ['ReportKind.columns', most(({ columns }) => columns.length)],
    ['ReportKind.filter', most(({ filter }) => Object.keys(filter).length)],
    ['Query.failedJobGroups', MAX_PAGE],
    ['ReportJob.attempts', maxAttempts],
  ]);
}
