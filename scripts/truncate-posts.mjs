/** `npm run db:truncate` removes all posts. With NODE_ENV=production it requires FORCE=1 or --force. */
import './node-version.mjs';

const { runCommand } = await import('./command.mjs');
const { connectDatabase } = await import('./connect-database.mjs');
const { announceLoss, roughRows } = await import('./data-loss.mjs');
const { installIfNeeded } = await import('./install.mjs');
const { findOwnerUrls } = await import('./service-urls.mjs');
await runCommand(truncatePosts);

/** @returns {Promise<number>} The exit code. */
async function truncatePosts() {
  const databaseUrl = findOwnerUrls().databaseUrl;
  await installIfNeeded();
  const connection = await connectDatabase(databaseUrl);
  const rowsOf = async (/** @type {string} */ sql) => (await connection.query(sql))[0];
  const env = process.argv.includes('--force') ? { ...process.env, FORCE: '1' } : process.env;
  try {
    announceLoss(`Removes ${await roughRows(rowsOf, 'posts', 'posts')}.`, { env, changesPosts: true });
    await connection.query('TRUNCATE TABLE posts');
  } finally {
    await connection.end();
  }
  console.log('There are no posts any more.');
  return 0;
}
