import { ServiceError } from './api.js';
import { countText, numberText } from './format.js';

/** @typedef {import('./api.js').Api} Api */

/** The maximum number of jobs that the service retries in one request. */
const BATCH = 1000;
/** How long one request for a retry may take, in milliseconds: it changes up to 1,000 jobs. */
const PATIENCE_MS = 60_000;

const RETRY_GROUP = `mutation RetryGroup($fingerprint: ID!, $limit: Int!) {
  retryFailedJobs(fingerprint: $fingerprint, limit: $limit) {
    affectedCount userErrors { message code }
  }
}`;

/**
 * Retries a group of failed jobs, at most the number of jobs that the page showed. So a job that fails again during the
 * retry is not retried twice.
 * @param {Api} api
 * @param {{ fingerprint: string, count: number }} group
 * @param {(text: string) => void} onProgress
 * @returns {Promise<string>} A message about the outcome.
 */
export async function retryGroup(api, { fingerprint, count }, onProgress) {
  let done = 0;
  while (done < count) {
    onProgress(`${numberText(done)} of ${countText(count, 'job')} will run again …`);
    const limit = Math.min(BATCH, count - done);
    const { retryFailedJobs } = await api.graphql(
      RETRY_GROUP,
      { fingerprint, limit },
      { patienceMs: PATIENCE_MS },
    );
    const [refusal] = retryFailedJobs.userErrors;
    if (refusal) throw new ServiceError({ status: 200, ...refusal });
    if (retryFailedJobs.affectedCount === 0) break;
    done += retryFailedJobs.affectedCount;
  }
  return `${numberText(done)} of ${countText(count, 'job')} will run again.`;
}

/**
 * @param {Api} api
 * @param {string} id
 */
export async function retryJob(api, id) {
  await api.request(`/api/2.0/report/jobs/${id}/retry`, { method: 'POST' });
  return `Job ${id} will run again.`;
}
