import type { ReportDefinition } from '../../reports/report-definition.js';
import { getFinishedJob } from '../../jobs/read-result.js';
import { HEADERS, UNCHANGED } from '../openapi/describe.js';
import type { Route } from '../web/route.js';
import { JOB } from '../addresses.js';
import { negotiateFormat } from './formats.js';
import { JOB_PROBLEMS, jobIdOf, jobOperation } from './job-operation.js';
import { operation } from './operation.js';
import { ifNoneMatchHeader } from './request-headers.js';
import { resultQuery } from './request-schemas.js';
import { anyReportContent, type AnswerSchemas } from './response-schemas.js';
import { orderOf, resultAnswer, type ResultDeps } from './result-answer.js';

type ShowResultDeps = Parameters<typeof getFinishedJob>[0] & ResultDeps & { readonly schemas: AnswerSchemas };

export function createResultRoute(deps: ShowResultDeps, reports: readonly ReportDefinition[]): Route {
  const get = operation({
    ...jobOperation,
    id: 'getResult',
    summary: 'The report of a job that SUCCEEDED',
    query: resultQuery,
    headers: ifNoneMatchHeader,
    answers: {
      200: {
        description: 'The report.',
        content: anyReportContent(reports, deps.schemas),
        headers: HEADERS.etag,
      },
      304: UNCHANGED,
    },
    problems: [...JOB_PROBLEMS, 'JOB_NOT_FINISHED', 'JOB_FAILED', 'JOB_CANCELED', 'RESULT_EXPIRED'],
    async handle({ exchange, query: { format: given, order_by: orderBy } }) {
      const format = given ?? negotiateFormat(exchange.headers);
      const job = await getFinishedJob(deps, exchange.requester, jobIdOf(exchange));
      return await resultAnswer(deps, job, { format, order: orderOf(job.report, orderBy) }, exchange);
    },
  });
  return { path: JOB.result, get };
}
