/**
 * `npm run assignment`: runs examples/assignment on the database and the Redis of the service that runs in this
 * checkout.
 */
import './node-version.mjs';

const { runCommand } = await import('./command.mjs');
const { installIfNeeded } = await import('./install.mjs');
const { runInForeground } = await import('./run-in-foreground.mjs');
const { findOwnerUrls } = await import('./service-urls.mjs');
await runCommand(async () => {
  const { databaseUrl, brokerUrl } = findOwnerUrls();
  if (!brokerUrl?.startsWith('redis'))
    throw new Error('The assignment needs Redis: set REDIS_URL, or run `npm start` with its default broker.');
  await installIfNeeded();
  const env = { ...process.env, DATABASE_URL: databaseUrl, REDIS_URL: brokerUrl };
  return await runInForeground(['--import', 'tsx', 'examples/assignment/main.ts'], env);
});
