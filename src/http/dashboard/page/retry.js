import { ServiceError } from './api.js';
import { countText, numberText } from './format.js';

/** @typedef {import('./api.js').Api} Api */

/** The maximum number of jobs that the service retries in one request. */
const BATCH = 1000;
/** Longer than usual, because one request changes a thousand jobs. */
const PATIENCE_MS = 60_000;

const RETRY_GROUP = `mutation RetryGroup($fingerprint: ID!, $limit: Int!) {
  retryFailedJobs(fingerprint: $fingerprint, limit: $limit) {
    affectedCount userErrors { message code }
  }
}`;

/**
 * Retries as many jobs as the group had when it was shown, so that jobs that fail again during the retry are not
 * retried again.
 * @param {Api} api
 * @param {{ fingerprint: string, count: number }} group
 * @param {(text: string) => void} onProgress
 * @returns {Promise<string>} What was done.
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
