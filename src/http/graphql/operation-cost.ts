import { getIntrospectionQuery, GraphQLError, parse, type GraphQLSchema } from 'graphql';
import type { ReportCatalog } from '../../reports/report-catalog.js';
import type { RequestedOperation } from './argument-value.js';
import { operationCost, type Weight } from './cost-counter.js';
import { createIntrospectionCounter } from './introspection-cost.js';
import { namesOf } from './report-names.js';

/** Fields and entries of lists. A full page of 1,000 jobs has about that with every field but reports and `errorDetail`. */
const MAX_VALUES = 100_000;
/** One read of a single row, or one that fields share, is the unit. */
const MAX_READS = 3200;
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
    { costOf: by(weights.values), most: MAX_VALUES, needs: 'have some # values' },
    { costOf: by(weights.reads), most: MAX_READS, needs: 'need some # reads' },
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

function weightsOf({
  reports,
}: Pick<ReportCatalog, 'reports'>): Record<'values' | 'reads' | 'bytes', Weight> {
  const lists = reports.flatMap(({ filter }) =>
    Object.entries(filter).flatMap(([name, { operator }]) =>
      operator === 'oneOf' ? [`AppliedReportFilter.${name}`] : [],
    ),
  );
  // An entry of a list of numbers takes about a fiftieth of the time that a field takes.
  const values = new Map(lists.map((name) => [name, 20]));
  const reads = new Map<string, number>([
    ...['queuePosition', 'estimatedCompletionAt', 'attempts', 'errorDetail'].map(
      (name) => [`ReportJob.${name}`, 1] as const,
    ),
    ...['job', 'jobs', 'failedJobs', 'failedJobGroups', 'queueHealth'].map(
      (name) => [`Query.${name}`, 6] as const,
    ),
    ...reports
      .map(namesOf)
      .flatMap(({ query, report }) => [[`Query.${query}`, 6] as const, [`${report}.rows`, 6] as const]),
  ]);
  const bytes = new Map<string, number>([
    ['JobAttempt.stack', 8000],
    ...lists.map((name) => [name, 12_000] as const), // 1,000 numbers of 11 digits and a comma
  ]);
  return {
    values: (name) => values.get(name) ?? 1,
    reads: (name) => reads.get(name) ?? 0,
    bytes: (name, key) => (bytes.get(name) ?? USUAL_BYTES) + key.length,
  };
}
