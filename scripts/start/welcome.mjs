/**
 * What is where, and what to try first.
 * @param {{ url: string, logFolder: string, needsToken: boolean }} service
 * @returns {string}
 */
export function welcome({ url, logFolder, needsToken }) {
  const curl = needsToken ? `curl -H "Authorization: Bearer $TOKEN"` : 'curl';
  return `
The service is ready (Ctrl-C stops it; the data stays).

  In a browser   ${url}/   ask for reports and see what becomes of them
  GraphiQL       ${url}/graphql   with tabs that walk you through it
  REST           ${url}/api/1.0/report/posts   the report at once
                 ${url}/api/2.0/report/posts   the report as a job
                 ${url}/openapi.json   all the rest
  Health         ${url}/readyz
  Logs           ${logFolder}

Try this first:

  ${curl} ${url}/api/1.0/report/posts
  ${curl} -X POST ${url}/api/2.0/report/posts -H 'Prefer: wait=10'

Other posts: SEED_POSTS=100000 npm run db:seed   (replaces them, in another terminal)
`;
}
