import { withoutPassword } from '../service-urls.mjs';

/**
 * Returns the text that `npm start` prints when the service is ready: the service's addresses and first commands to
 * try.
 * @param {object} service
 * @param {string} service.url
 * @param {string} service.logFolder
 * @param {boolean} service.needsToken
 * @param {boolean} service.graphiql Whether the API serves the GraphiQL page to browsers.
 * @param {readonly string[]} service.reportNames
 * @param {string | undefined} service.sourceUrl Database from which reports read rows. Undefined for the service's own
 *   database.
 * @returns {string}
 */
export function welcome({ url, logFolder, needsToken, graphiql, reportNames, sourceUrl }) {
  const curl = needsToken ? `curl -H "Authorization: Bearer $TOKEN"` : 'curl';
  const [report] = reportNames; // a report of one's own, if there is one
  return `
The service is ready (Ctrl-C stops it; the data stays).

  In a browser   ${url}/   ask for reports and see what becomes of them
  GraphiQL       ${graphiql ? `${url}/graphql   with tabs that walk you through it` : 'off (GRAPHIQL=on)'}
  REST           ${url}/api/1.0/report/${report}   the report at once
                 ${url}/api/2.0/report/${report}   the report as a job
                 ${url}/openapi.json   all the rest
  Reports        ${reportNames.join(', ')}
  Read from      ${sourceUrl ? withoutPassword(sourceUrl) : "the service's own database"}
  Access         ${needsToken ? 'by token' : 'open: without AUTH_TOKENS every caller on this machine is an operator'}
  Health         ${url}/readyz
  Logs           ${logFolder}

Try this first:

  ${curl} ${url}/api/1.0/report/${report}
  ${curl} -X POST ${url}/api/2.0/report/${report} -H 'Prefer: wait=10'
${sourceUrl ? '' : '\nOther posts: SEED_POSTS=100000 npm run db:seed   (replaces them, in another terminal)\n'}`;
}
