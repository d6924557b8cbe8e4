import { BadInputError } from '../../reports/errors.js';
import { admitFilter, type ReportDefinition } from '../../reports/report-definition.js';
import type { ReportCatalog } from '../../reports/report-catalog.js';
import type { ResultColumn } from '../../reports/result-columns.js';
import { requestReport } from '../../jobs/request-report.js';
import { waitForJob } from '../../jobs/wait-for-job.js';
import { toConnection } from './connection.js';
import type { GraphQLContext } from './context.js';
import { freshReport, type ReadableReport, type RowsRequest } from './readable-report.js';
import { namesOf } from './report-names.js';
import { toUserErrors } from './user-errors.js';

/** The resolvers of the types that `reportSdl` generates. */
export function reportResolvers({ reports }: Pick<ReportCatalog, 'reports'>) {
  return reports.map(resolversOf);
}

interface RequestInput {
  readonly filter?: unknown;
  readonly idempotencyKey?: string | null;
  readonly maxAgeSeconds?: number | null;
  readonly waitMs?: number | null;
}

function resolversOf(report: ReportDefinition) {
  const names = namesOf(report);
  return {
    Query: { [names.query]: answerNow(report) },
    Mutation: { [names.mutation]: request(report) },
    [names.report]: {
      rows: async (readable: ReadableReport, args: RowsRequest) => {
        const page = await readable.page(args);
        return { ...toConnection(page), totalCount: page.totalCount };
      },
      [names.total]: ({ summary }: ReadableReport) => summary.rowCount,
      ...Object.fromEntries(
        report.columns.filter(({ isTotal }) => isTotal).map((column) => [column.name, totalOf(column)]),
      ),
      ...commonFields,
    },
  };
}

const commonFields = {
  kind: ({ report }: ReadableReport) => report.name,
  rowCount: ({ summary }: ReadableReport) => summary.rowCount,
  asOf: ({ summary }: ReadableReport) => summary.asOf,
  durationMs: ({ summary }: ReadableReport) => summary.durationMs,
};

function totalOf({ name, scale }: ResultColumn) {
  return ({ summary }: ReadableReport) => (summary.totals[name] ?? 0) / 10 ** scale;
}

function answerNow(report: ReportDefinition) {
  return async (
    _root: unknown,
    { filter }: { filter?: unknown },
    { services, requester, operation }: GraphQLContext,
  ): Promise<ReadableReport> => {
    const admitted = admitFilter(report, requester, filter);
    const task = { kind: report.name, definition: report.fingerprint, filter: admitted };
    return freshReport(report, await services.syncReports.run(task, operation.signal), admitted);
  };
}

function request(report: ReportDefinition) {
  return async (
    _root: unknown,
    { input }: { input?: RequestInput | null },
    { services, requester, operation }: GraphQLContext,
  ) => {
    try {
      const milliseconds = checkedWait(input?.waitMs);
      const accepted = await requestReport(services, requester, {
        report,
        requestId: operation.requestId,
        filter: admitFilter(report, requester, input?.filter),
        idempotencyKey: input?.idempotencyKey,
        maxAgeSeconds: input?.maxAgeSeconds,
      });
      return {
        job: await waitForJob(services, requester, accepted.job, milliseconds, operation),
        coalesced: accepted.outcome === 'coalesced',
        reused: accepted.outcome === 'reused',
        userErrors: [],
      };
    } catch (error) {
      const userErrors = toUserErrors(error, {
        inputPath: ['input'],
        blame: { IDEMPOTENCY_KEY_REUSED: ['input', 'idempotencyKey'] },
      });
      return { job: null, coalesced: false, reused: false, userErrors };
    }
  };
}

function checkedWait(milliseconds: number | null | undefined): number {
  if (milliseconds === null || milliseconds === undefined) return 0;
  if (milliseconds < 0) throw new BadInputError(['waitMs'], 'must be 0 or more.');
  return milliseconds;
}
