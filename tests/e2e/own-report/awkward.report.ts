import type { ReportToolkit } from '../../../src/reports/define-report.js';

/** A report whose key is a column of the texts in awkward-rows.ts. */
export default ({ defineReport, key, count, text, int64, equals, oneOf }: ReportToolkit) =>
  defineReport({
    name: 'awkward-labels',
    title: 'Awkward labels',
    description: 'Rows and points of each label.',
    source: { table: 'awkward', columns: { label: text('label'), points: int64('points') } },
    filter: {
      labels: oneOf(text('label'), {}, 'Only these labels.'),
      only: equals(int64('points'), 'Only rows with as many points.'),
    },
    columns: {
      label: key.text('The label.'),
      points: count('Points of its rows.', { total: true }),
      totalRows: count('Its rows.'),
    },
    rows: { name: 'labels', most: 10_000 },
    aggregate: (rows) => (batch) => {
      const labels = rows.at(batch.label);
      rows.points.add(labels, batch.points);
      rows.totalRows.add(labels, 1);
    },
  });
