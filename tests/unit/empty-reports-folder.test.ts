import { expect, test } from '@jest/globals';
import { warnOfEmptyFolder } from '../../src/boot.js';
import { SHIPPED } from '../../src/reports/kinds/index.js';
import { ReportCatalog } from '../../src/reports/report-catalog.js';
import { CATALOG } from '../support/reports.js';
import { SILENT } from '../support/silent-logger.js';

test('a folder of reports without a report is logged, because its files may have other names', () => {
  expect(warningsOf('/reports', CATALOG)).toEqual([
    'REPORTS_DIR has no report: its files must be named like orders.report.ts',
  ]);
  expect(warningsOf(undefined, CATALOG)).toEqual([]);
  const posts = CATALOG.get('posts');
  const own = { file: 'own.report.ts', report: { ...posts, name: 'own', filter: {} } };
  expect(warningsOf('/reports', new ReportCatalog(SHIPPED, [own]))).toEqual([]);
});

function warningsOf(reportsDir: string | undefined, catalog: ReportCatalog): readonly string[] {
  const warnings: string[] = [];
  const warn = (_fields: object, message: string) => void warnings.push(message);
  warnOfEmptyFolder({ reportsDir }, catalog, { ...SILENT, warn });
  return warnings;
}
