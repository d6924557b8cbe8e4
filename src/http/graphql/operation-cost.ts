import { getIntrospectionQuery, GraphQLError, parse, type GraphQLSchema } from 'graphql';
import type { ReportCatalog } from '../../reports/report-catalog.js';
import type { RequestedOperation } from './argument-value.js';
import { operationCost, type Weight } from './cost-counter.js';
import { createIntrospectionCounter } from './introspection-cost.js';
import { namesOf } from './report-names.js';

/** What one operation may ask for at most: a full page of 1,000 jobs with every field but reports. */
const MAX_COST = 100_000;
/** A plain value, or an entry of a list, weighs 1. */
const HEAVIER = {
  /** One of its own: a statement, and some milliseconds of a connection. */
  read: 200,
  /** Up to 8,192 rows are unpacked for a page. */
  rows: 150,
  /** A line of a text. */
  errorDetail: 4,
  /** A list of up to 1,000 numbers: each takes about a fiftieth of the time that a field takes. */
  list: 20,
};
/** The text of an answer is written in one go. A full page of 1,000 jobs with stacks and lists of users has 40 MB. */
const MAX_BYTES = 48_000_000;
/** Of a value in JSON, with the signs around it. */
const USUAL_BYTES = 40;

/** Refuses an operation whose answer could be too large: undefined when it may run. */
export type CostCheck = (operation: RequestedOperation) => GraphQLError | undefined;

/**
 * Bounds what one operation may cost. A limit of depth is not needed: the types of the schema have no cycle, and those
 * of introspection are bounded by a rule of GraphQL.
 */
export function createCostCheck(schema: GraphQLSchema, reports: Pick<ReportCatalog, 'reports'>): CostCheck {
  const weights = weightsOf(reports);
  const introspection = createIntrospectionCounter(schema);
  const by = (weight: Weight) => (operation: RequestedOperation) => operationCost(schema, operation, weight);
  const budgets = [
    // Every tool asks for the whole schema, in its own words.
    {
      costOf: introspection,
      most: 2 * introspection(WHOLE_SCHEMA),
      needs: 'have some # values about the schema',
    },
    { costOf: by(weights.values), most: MAX_COST, needs: 'have some # values' },
    { costOf: by(weights.bytes), most: MAX_BYTES, needs: 'have some # bytes' },
  ];
  return (operation) => {
    for (const { costOf, most, needs } of budgets) {
      const cost = costOf(operation);
      if (cost > most) return tooCostly(needs.replace('#', cost.toLocaleString('en')), most);
    }
    return undefined;
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

function weightsOf({ reports }: Pick<ReportCatalog, 'reports'>): Record<'values' | 'bytes', Weight> {
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
