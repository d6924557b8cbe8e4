/** `npm run db:truncate`: removes all posts. With NODE_ENV=production only with FORCE=1 or --force. */
import './node-version.mjs';

const { runCommand } = await import('./command.mjs');
const { connectDatabase } = await import('./connect-database.mjs');
const { installIfNeeded } = await import('./install.mjs');
const { findServiceUrls } = await import('./service-urls.mjs');
await runCommand(truncatePosts);

/** @returns {Promise<number>} The exit code. */
async function truncatePosts() {
  const isForced = process.env['FORCE'] === '1' || process.argv.includes('--force');
  if (process.env['NODE_ENV'] === 'production' && !isForced) {
    throw new Error(
      'This removes all posts, and NODE_ENV is production. Nothing was changed; ' +
        'FORCE=1 or `npm run db:truncate -- --force` does it nevertheless.',
    );
  }
  const { databaseUrl } = findServiceUrls();
  await installIfNeeded();
  const connection = await connectDatabase(databaseUrl);
  try {
    await connection.query('TRUNCATE TABLE posts');
  } finally {
    await connection.end();
  }
  console.log('There are no posts any more.');
  return 0;
}
