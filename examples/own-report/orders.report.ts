import type { ReportToolkit } from '../../src/reports/define-report.js';

/**
 * The service loads this file from REPORTS_DIR. The file imports only types, so it has no imports at run time: the
 * functions arrive in the argument.
 */
export default ({
  defineReport,
  refuse,
  key,
  amount,
  count,
  text,
  decimal,
  oneOf,
  from,
  before,
}: ReportToolkit) =>
  defineReport({
    name: 'revenue-per-customer',
    title: 'Revenue per customer',
    description: 'Revenue and number of orders of each customer.',
    source: {
      table: 'orders',
      columns: { customer: text('customer'), amount: decimal('amount', { scale: 2 }) },
    },
    filter: {
      customers: oneOf(text('customer'), { most: 100 }, 'Only orders of these customers.'),
      createdFrom: from('created_at', 'Only orders created at or after this moment.'),
      createdTo: before('created_at', 'Only orders created before this moment.'),
    },
    columns: {
      customer: key.text("The customer's name."),
      revenue: amount('Sum of the amounts of the orders.', { scale: 2, total: true }),
      totalOrders: count('Orders of the customer.', { total: true }),
    },
    rows: { name: 'customers', most: 1_000_000 },
    aggregate: (rows) => (batch) => {
      const customers = rows.at(batch.customer);
      rows.revenue.add(customers, batch.amount);
      rows.totalOrders.add(customers, 1);
    },
    authorize({ role, name }, filter) {
      if (role === 'operator') return filter;
      if (filter.customers?.some((customer) => customer !== name))
        refuse('A viewer may report only the customer that has the name of their token.');
      return { ...filter, customers: [name] };
    },
  });
