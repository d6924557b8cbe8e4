import type { OwnReport, Row } from './interfaces.js';
import type { OwnedServer } from './shop.js';

export const REVENUE: OwnReport = {
  kind: 'revenue-per-customer',
  graphqlName: 'revenuePerCustomer',
  columns: { customer: 'customer', revenue: 'revenue', totalOrders: 'total_orders' },
};
export const AWKWARD: OwnReport = {
  kind: 'awkward-labels',
  graphqlName: 'awkwardLabels',
  columns: { label: 'label', points: 'points', totalRows: 'total_rows' },
};
const SELECT: Readonly<Record<string, string>> = {
  [REVENUE.kind]: `SELECT MIN(customer) AS customer, SUM(amount) AS revenue, COUNT(*) AS total_orders FROM shop.orders`,
  [AWKWARD.kind]: `SELECT MIN(label) AS label, SUM(points) AS points, COUNT(*) AS total_rows FROM shop.awkward`,
};

/** The expected rows: grouped by the database itself, and sorted by the bytes of the key. */
export async function grouped(
  shop: Pick<OwnedServer, 'run'>,
  report: OwnReport,
  condition = 'TRUE',
): Promise<readonly Row[]> {
  const key = keyOf(report);
  const rows = await shop.run(`${SELECT[report.kind]} WHERE ${condition} GROUP BY BINARY ${key}`);
  return (rows as readonly Row[]).toSorted((a, b) => compareBytes(a, b, key));
}

export function compareBytes(a: Row, b: Row, column: string): number {
  return Buffer.compare(Buffer.from(String(a[column])), Buffer.from(String(b[column])));
}

export function keyOf(report: OwnReport): string {
  return Object.values(report.columns)[0] ?? '';
}
