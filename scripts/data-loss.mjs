/**
 * Prints which data a command would destroy, and throws where that must not happen by accident. Every such command
 * calls this before it changes anything.
 * @param {string} loss A sentence that names the data.
 * @param {object} options
 * @param {NodeJS.ProcessEnv} options.env
 * @param {boolean} [options.changesPosts] Whether the command changes posts. It is then refused if SOURCE_DATABASE_URL
 *   is set, because the service only reads a source.
 * @throws {Error} When the command is refused, unless FORCE=1. The error's stack is its message, because knex prints
 * the stack.
 */
export function announceLoss(loss, { env, changesPosts = false }) {
  console.log(loss);
  const reason = reasonToRefuse(env, changesPosts);
  if (reason === undefined || env['FORCE'] === '1') return;
  const error = new Error(`${reason} Nothing was changed; FORCE=1 does it nevertheless.`);
  error.stack = error.message;
  throw error;
}

/**
 * @param {NodeJS.ProcessEnv} env
 * @param {boolean} changesPosts
 */
function reasonToRefuse(env, changesPosts) {
  if (env['NODE_ENV'] === 'production') return 'NODE_ENV is production.';
  if (changesPosts && env['SOURCE_DATABASE_URL'])
    return 'SOURCE_DATABASE_URL is set: rows come from a source, which this service only reads.';
  return undefined;
}

/**
 * Returns the optimizer's estimate of a table's rows, because counting would read the whole table.
 * @param {(sql: string) => Promise<unknown>} rowsOf Runs a statement and returns its rows.
 * @param {string} table
 * @returns {Promise<string>} `no rows`, or `about 5,000 rows`
 */
export async function roughRows(rowsOf, table, noun = 'rows') {
  const first = await rowsOf(`SELECT 1 FROM \`${table}\` LIMIT 1`);
  if (!Array.isArray(first) || first.length === 0) return `no ${noun}`;
  const plan = await rowsOf(`EXPLAIN FORMAT=TRADITIONAL SELECT 1 FROM \`${table}\``);
  const rows = Array.isArray(plan) ? Number(plan[0]?.rows) : Number.NaN;
  return Number.isFinite(rows) ? `about ${rows.toLocaleString('en')} ${noun}` : `some ${noun}`;
}
