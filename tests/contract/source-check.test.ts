import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createConnection, type Connection } from 'mysql2/promise';
import { createSourceCheck, type SourceCheck } from '../../src/adapters/mysql/mysql-source-check.js';
import { checkSource } from '../../src/boot.js';
import {
  before,
  count,
  defineReport,
  equals,
  from,
  int32,
  key,
  text,
} from '../../src/reports/define-report.js';
import { ReportCatalog } from '../../src/reports/report-catalog.js';
import type { ReportSpec } from '../../src/reports/define-report.js';
import type { FilterMembers } from '../../src/reports/canonical-filter.js';
import type { FigureColumn, KeyColumn } from '../../src/reports/result-columns.js';
import type { SourceColumn } from '../../src/reports/source-columns.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { SILENT } from '../support/silent-logger.js';

let database: TestDatabase;
let connection: Connection;
let source: SourceCheck;

beforeAll(async () => {
  database = await createTestDatabase();
  connection = await createConnection(database.url);
  await connection.query('CREATE TABLE hits (path VARCHAR(20), status SMALLINT, at DATETIME)');
  source = createSourceCheck(database.url);
});

afterAll(async () => {
  await source?.close();
  await connection?.end();
  await database?.drop();
});

test('a report that matches the source is not logged', async () => {
  expect(await log({})).toEqual([]);
});

test.each<[what: string, definition: Partial<Spec>, message: string, reason: string]>([
  [
    'a column that is missing',
    { source: { table: 'hits', columns: { path: text('path'), bytes: int32('bytes_sent') } } },
    'hits.report.ts: source.columns.bytes does not match the source',
    'The table hits of the source has no column bytes_sent.',
  ],
  [
    'the column of a condition that is missing',
    { filter: { country: equals(text('land'), 'From there.') } },
    'hits.report.ts: filter.country does not match the source',
    'The table hits of the source has no column land.',
  ],
  [
    'a table that is missing',
    { source: { table: 'clicks', columns: { path: text('path') } } },
    'hits.report.ts: source.table does not match the source',
    'The table clicks of the source is not there.',
  ],
  [
    'a condition on a column of another type',
    { filter: { since: from('at', 'From then on.'), until: before('status', 'Before then.') } },
    'hits.report.ts: filter.until does not match the source',
    'The column status of the table hits of the source is not a date or a moment,',
  ],
])('%s is logged with the file and the member', async (_, definition, message, reason) => {
  expect(await log(definition)).toEqual([{ message, reason: expect.stringContaining(reason) }]);
});

type Spec = ReportSpec<
  Readonly<Record<string, SourceColumn>>,
  FilterMembers,
  Readonly<Record<string, KeyColumn | FigureColumn>>
>;

/** The lines that the check of a definition leaves. */
async function log(definition: Partial<Spec>): Promise<{ message: string; reason: string }[]> {
  const report = defineReport<Spec['source']['columns'], Spec['columns'], FilterMembers>({
    name: 'hits',
    title: 'Hits',
    description: 'Hits of each path.',
    source: { table: 'hits', columns: { path: text('path') } },
    filter: {},
    columns: { path: key.text('The path.'), hits: count('Hits.') },
    rows: { name: 'paths', most: 10 },
    aggregate: () => () => {},
    ...definition,
  });
  const lines: { message: string; reason: string }[] = [];
  const error = ({ err }: { err?: Error }, message: string) =>
    void lines.push({ message, reason: err?.message ?? '' });
  await checkSource(source, new ReportCatalog([{ file: 'hits.report.ts', report }]), { ...SILENT, error });
  return lines;
}
