/** Reads the rows of a report through each interface of the service. */
import { parseCsv } from './parse-csv.js';

export type Row = Readonly<Record<string, string | number>>;

export interface OwnReport {
  readonly kind: string;
  /** Prefix of the report's names in GraphQL, for example `revenuePerCustomer` of `revenuePerCustomerReport`. */
  readonly graphqlName: string;
  /** Maps each column's name in GraphQL to its name in REST. */
  readonly columns: Readonly<Record<string, string>>;
}

export interface Request {
  /** The filter, as an input object of GraphQL. */
  readonly filter?: Readonly<Record<string, unknown>>;
  /** `filter` as REST expects it in a JSON body. */
  readonly body?: Readonly<Record<string, unknown>>;
  /** `filter` as REST expects it in query parameters. */
  readonly query?: readonly (readonly [string, string])[];
}

export interface Caller {
  readonly url: string;
  readonly token: string;
}

export type ReadRows = (caller: Caller, report: OwnReport, request: Request) => Promise<readonly Row[]>;

export const INTERFACES: Readonly<Record<string, ReadRows>> = {
  'GraphQL, at once': async (caller, report, { filter = {} }) => {
    const type = pascal(report);
    const data = await graphql<Record<string, Rows>>(
      caller,
      `query ($filter: ${type}ReportFilter) {
        ${report.graphqlName}Report(filter: $filter) { ${rowsOf(report)} }
      }`,
      { filter },
    );
    return data[`${report.graphqlName}Report`]?.rows.nodes.map((row) => inRest(report, row)) ?? [];
  },
  'GraphQL, a job and its result': async (caller, report, request) => {
    const { id } = await requestByGraphql(caller, report, request, 20_000);
    return await resultByGraphql(caller, report, id);
  },
  'GraphQL, a subscription': async (caller, report, request) => {
    const { id } = await requestByGraphql(caller, report, request, 0);
    const query = `subscription { reportCompleted(jobId: "${id}") {
      status result { ... on ${pascal(report)}Report { ${rowsOf(report)} } }
    } }`;
    const response = await send(caller, 'POST', '/graphql', { query }, { accept: 'text/event-stream' });
    const data = /^data: ?(\{.*)$/m.exec(await response.text())?.[1] ?? '';
    const event = JSON.parse(data) as { data: { reportCompleted: { result: Rows } } };
    return event.data.reportCompleted.result.rows.nodes.map((row) => inRest(report, row));
  },
  'REST 1.0, JSON': async (caller, report, request) => await syncRows(caller, report, request, 'json'),
  'REST 1.0, CSV': async (caller, report, request) => await syncRows(caller, report, request, 'csv'),
  'REST 1.0, NDJSON': async (caller, report, request) => await syncRows(caller, report, request, 'ndjson'),
  'REST 2.0, a job and its result': async (caller, report, request) => {
    const id = await requestByRest(caller, report, request);
    return await resultByRest(caller, id, 'format=json');
  },
  'REST 2.0, the result as CSV': async (caller, report, request) => {
    const id = await requestByRest(caller, report, request);
    return await resultByRest(caller, id, 'format=csv');
  },
  'REST 2.0, the result as NDJSON': async (caller, report, request) => {
    const id = await requestByRest(caller, report, request);
    return await resultByRest(caller, id, 'format=ndjson');
  },
};

interface Rows {
  readonly rows: { readonly nodes: readonly Row[] };
}

async function requestByGraphql(
  caller: Caller,
  report: OwnReport,
  { filter = {} }: Request,
  waitMs: number,
): Promise<{ id: string; status: string; filter: unknown }> {
  const name = `request${pascal(report)}Report`;
  const data = await graphql<Record<string, { job: { id: string; status: string; filter: unknown } | null }>>(
    caller,
    `mutation ($input: Request${pascal(report)}ReportInput) {
      ${name}(input: $input) { job { id status filter { __typename } } userErrors { code message } }
    }`,
    { input: { filter, waitMs } },
  );
  const job = data[name]?.job;
  if (!job) throw new Error(JSON.stringify(data));
  return job;
}

/**
 * Requests a report and waits for the end of its job. Resolves with the job's id; rejects unless the job has SUCCEEDED.
 */
export async function requestByRest(caller: Caller, report: OwnReport, { body }: Request): Promise<string> {
  const path = `/api/2.0/report/${report.kind}`;
  const filter = body === undefined ? {} : { filter: body };
  const response = await send(caller, 'POST', path, filter, { accept: 'application/json' });
  if (!response.ok) throw new Error(await response.text());
  const { data } = (await response.json()) as { data: { job_id: string } };
  for (;;) {
    const headers = { prefer: 'wait=20' };
    const answer = await send(caller, 'GET', `/api/2.0/report/jobs/${data.job_id}`, undefined, headers);
    const { data: job } = (await answer.json()) as { data: { status: string } };
    if (job.status === 'SUCCEEDED') break;
    if (['FAILED', 'CANCELED'].includes(job.status)) throw new Error(JSON.stringify(job));
  }
  return data.job_id;
}

export async function resultByRest(caller: Caller, id: string, query: string): Promise<readonly Row[]> {
  return await rowsIn(await send(caller, 'GET', `/api/2.0/report/jobs/${id}/result?${query}`));
}

async function resultByGraphql(caller: Caller, report: OwnReport, id: string): Promise<readonly Row[]> {
  const query = `{ job(id: "${id}") { result { ... on ${pascal(report)}Report { ${rowsOf(report)} } } } }`;
  const data = await graphql<{ job: { result: Rows } }>(caller, query);
  return data.job.result.rows.nodes.map((row) => inRest(report, row));
}

async function syncRows(
  caller: Caller,
  { kind }: OwnReport,
  { query = [] }: Request,
  format: 'json' | 'csv' | 'ndjson',
): Promise<readonly Row[]> {
  const accept = { json: 'application/json', csv: 'text/csv', ndjson: 'application/x-ndjson' }[format];
  const search = new URLSearchParams(query.map(([name, value]) => [name, value])).toString();
  return await rowsIn(await send(caller, 'GET', `/api/1.0/report/${kind}?${search}`, undefined, { accept }));
}

async function rowsIn(response: Response): Promise<readonly Row[]> {
  const text = await response.text();
  if (!response.ok) throw new Error(`${response.status} ${text}`);
  const type = response.headers.get('content-type') ?? '';
  if (type.startsWith('text/csv')) return csvRows(text);
  if (type.includes('ndjson'))
    return text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Row);
  return (JSON.parse(text) as { data: readonly Row[] }).data;
}

/** Parses CSV whose first column is the key, a text, and whose other columns are numbers. */
function csvRows(text: string): readonly Row[] {
  const [head = [], ...lines] = parseCsv(text);
  return lines.map((cells) =>
    Object.fromEntries(
      head.map((name, column) => {
        const cell = cells[column] ?? '';
        return [name, column === 0 ? cell : Number(cell)];
      }),
    ),
  );
}

export async function graphql<Data>(
  caller: Caller,
  query: string,
  variables: Readonly<Record<string, unknown>> = {},
): Promise<Data> {
  const response = await send(caller, 'POST', '/graphql', { query, variables });
  const answer = (await response.json()) as { data: Data; errors?: unknown };
  if (answer.errors !== undefined) throw new Error(JSON.stringify(answer.errors));
  return answer.data;
}

export async function send(
  { url, token }: Caller,
  method: string,
  path: string,
  body?: object,
  headers: Readonly<Record<string, string>> = {},
): Promise<Response> {
  return await fetch(url + path, {
    method,
    headers: {
      ...(token === '' ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(25_000),
  });
}

function rowsOf({ columns }: OwnReport): string {
  return `rows(first: 1000) { nodes { ${Object.keys(columns).join(' ')} } }`;
}

function inRest({ columns }: OwnReport, row: Row): Row {
  return Object.fromEntries(Object.entries(columns).map(([name, restName]) => [restName, row[name] ?? '']));
}

function pascal({ graphqlName }: OwnReport): string {
  return graphqlName.charAt(0).toUpperCase() + graphqlName.slice(1);
}
