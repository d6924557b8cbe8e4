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
/** The costs of fields that cost more than 1. A scalar field and a list entry cost 1 each. */
const HEAVIER = {
  /** A field with its own SQL statement, which holds a database connection for some milliseconds. */
  read: 200,
  /** A page of report rows, for which up to 8,192 rows are decompressed. */
  rows: 150,
  /** `ReportJob.errorDetail`, one line of a stack that is read as a whole. */
  errorDetail: 4,
  /** A list of up to 1,000 numbers, each of which takes about 1/50 of the time of a scalar field. */
  list: 20,
};
/**
 * The maximum size of a response, because its whole text is in memory at once. A full page of 1,000 jobs with stacks
 * and lists of users has 40 MB.
 */
const MAX_BYTES = 48_000_000;
/** Assumed size of a value in JSON, with quotes and commas, without its key. */
const USUAL_BYTES = 40;

/** The maximum size of the response, or the error with which the operation is refused. */
export type Cost = { readonly bytes: number } | { readonly refusal: GraphQLError };
export type CostCheck = (operation: RequestedOperation) => Cost;

export type CostDeps = Pick<Services['reports'], 'reports'> & Pick<Services, 'maxAttempts'>;

/**
 * Limits the cost of an operation. A limit of depth is not needed: the types of the schema have no cycle, and a rule of
 * GraphQL limits the depth of introspection.
 */
export function createCostCheck(schema: GraphQLSchema, deps: CostDeps): CostCheck {
  const weights = weightsOf(deps);
  const lengths = lengthsOf(deps);
  const introspection = createIntrospectionCounter(schema);
  const by = (weightOf: Weight) => (operation: RequestedOperation) =>
    operationCost(schema, operation, { weightOf, lengths });
  const budgets = [
    // Twice the whole schema, because tools read the whole schema, each with its own introspection query.
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

/**
 * The maximum lengths of lists without `first`. A retry gives a job attempts beyond `maxAttempts`; those few are not
 * counted.
 */
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
