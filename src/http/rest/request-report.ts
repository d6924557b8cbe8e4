import { ReportsError } from '../../reports/errors.js';
import { pascalCase } from '../../reports/names.js';
import type { ReportDefinition } from '../../reports/report-definition.js';
import { requestReport } from '../../jobs/request-report.js';
import { HEADERS, json } from '../openapi/describe.js';
import type { Services } from '../services.js';
import type { Answer } from '../web/answer.js';
import type { Exchange } from '../web/exchange.js';
import type { RequestHeaders } from '../web/headers.js';
import { InputError } from '../web/input-error.js';
import type { Route } from '../web/route.js';
import { REPORT_REQUEST } from '../addresses.js';
import { idempotencyKey } from './idempotency-key.js';
import { operation } from './operation.js';
import { createReportInput, type RequestBody } from './report-input.js';
import { requestAnswer, type RequestAnswerDeps } from './request-answer.js';
import { idempotencyKeyHeader, preferHeader } from './request-headers.js';
import { maxAgeQuery } from './request-schemas.js';
import { reportContent, type AnswerSchemas } from './response-schemas.js';
import { requestView } from './result-answer.js';

interface ReportRequestDeps
  extends
    RequestAnswerDeps,
    Pick<Services, 'sender' | 'newJobId' | 'maxAttempts' | 'maxOpenJobs' | 'onAccepted'> {
  readonly schemas: AnswerSchemas;
}

/** The default of `max_age_seconds` for a GET. */
const GET_MAX_AGE_SECONDS = 60;

/**
 * POST answers with a job for the report, or with the report when the client waits for it. GET does the same, for
 * people who change only the version in an address.
 */
export function createReportRequestRoute(deps: ReportRequestDeps, report: ReportDefinition): Route {
  const input = createReportInput(report);
  const onlyInOnePlace = Object.keys({ ...input.filterQuery, ...maxAgeQuery });
  const type = pascalCase(report.name);

  async function accept(
    exchange: Exchange,
    query: Readonly<Record<string, unknown>>,
    body: RequestBody | undefined,
  ): Promise<Answer> {
    const view = requestView(query, report, exchange.headers);
    if (body !== undefined) refuseBoth(exchange.query, onlyInOnePlace);
    const isPost = exchange.method === 'POST';
    const given = (body === undefined ? query['max_age_seconds'] : body.max_age_seconds) as
      number | null | undefined;
    const conditions = (body === undefined ? query : body.filter) ?? {};
    const accepted = await requestReport(deps, exchange.requester, {
      report,
      requestId: exchange.requestId,
      filter: input.admit(exchange.requester, body === undefined ? 'query' : 'body', conditions),
      maxAgeSeconds: given ?? (isPost ? undefined : GET_MAX_AGE_SECONDS),
      ...(isPost ? { idempotencyKey: idempotencyKey(exchange.headers) } : {}),
    });
    return await requestAnswer(deps, exchange, accepted, view);
  }

  const common = {
    tag: 'report',
    query: input.requestQuery,
    queryNameOf: input.queryNameOf,
    answers: answersOf(report, deps.schemas),
    refusesForeignPages: true,
  } as const;
  return {
    path: REPORT_REQUEST(report.name),
    post: operation({
      ...common,
      id: `request${type}Report`,
      summary: `${report.title}, as a job`,
      description:
        'The filter is in the body or, without a body, in the query. The job is saved when the answer comes.',
      headers: { ...preferHeader, ...idempotencyKeyHeader },
      body: input.body.meta({ id: `${type}ReportRequest` }),
      problems: ['IDEMPOTENCY_KEY_REUSED', 'RATE_LIMITED', 'SERVICE_UNAVAILABLE'],
      handle: async ({ exchange, query, body }) => await accept(exchange, query, body),
    }),
    get: operation({
      ...common,
      id: `request${type}ReportByGet`,
      summary: `${report.title}, as a job, by GET`,
      description:
        'For `2.0` in place of `1.0` in an address. `max_age_seconds` is 60 unless it is given, so that repeating ' +
        'it makes one job a minute at most. Refused to prefetches; there is no HEAD.',
      headers: preferHeader,
      problems: ['RATE_LIMITED', 'SERVICE_UNAVAILABLE'],
      withoutHead: true,
      async handle({ exchange, query }) {
        refusePrefetches(exchange.headers);
        return await accept(exchange, query, undefined);
      },
    }),
  };
}

function answersOf(report: ReportDefinition, schemas: AnswerSchemas) {
  return {
    200: {
      description: 'The report, when the caller waited for it.',
      content: reportContent(report, schemas),
      headers: { ...HEADERS.contentLocation, ...HEADERS.preference, ...HEADERS.etag },
    },
    202: json('The job: a new one, or an existing one that answers the request.', schemas.acceptedJob, {
      ...HEADERS.location,
      ...HEADERS.retryAfter,
      ...HEADERS.preference,
    }),
  };
}

function refuseBoth(query: URLSearchParams, names: readonly string[]): void {
  const both = names.find((name) => query.has(name));
  if (both === undefined) return;
  const detail = `${both} must be in the body when there is one, or else all of it in the query.`;
  throw new InputError([{ parameter: both, detail }]);
}

/** Refuses prefetches: requests that a browser sends before the user opens the address must not create a job. */
function refusePrefetches(headers: RequestHeaders): void {
  if (/\bprefetch\b/i.test(headers['sec-purpose'] ?? ''))
    throw new ReportsError('FORBIDDEN', 'A prefetch requests no report.');
}
